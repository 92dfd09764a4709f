package io.quaestor.spi.plugin;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ProviderType;

/// What the host hands to a plug-in. All that a plug-in needs from outside comes from here: it starts no thread by
/// itself, reads no clock of its own, and draws no chance that the host did not seed.
///
/// **Threads:** may be used from any thread. **Blocking:** none of the methods blocks.
///
/// A plug-in that holds something (threads, connections) implements [AutoCloseable]; the host closes it once, after its
/// last call has returned.
@API(status = EXPERIMENTAL, since = "0.1")
@ProviderType
public interface PluginContext {

    /// Where the plug-in logs what the core cannot know.
    System.Logger logger();

    /// Counters and timers of the plug-in.
    Meters meters();

    /// The time, and waiting.
    Clock clock();

    /// Makes virtual threads for work that may block. The plug-in ends them when it is closed.
    ThreadFactory threads();

    /// A directory that belongs to this plug-in alone and survives restarts. It exists.
    Path directory();

    /// A seed for choices that should differ between processes but be repeatable in a simulation.
    long seed();

    /// What the operator configured of the cluster: each virtual storage with its storages, in the order of the file.
    Map<VirtualStorage, List<StorageName>> cluster();
}
