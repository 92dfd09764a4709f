package io.quaestor.testkit.fake;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.PluginContext;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.apiguardian.api.API;

/// What a host would hand to a plug-in: a clock that stands still, meters and a logger that remember.
///
/// ```java
/// var context = new FakeContext().withStorages("default", "gitaly-1", "gitaly-2");
/// ```
@API(status = EXPERIMENTAL, since = "0.1")
public final class FakeContext implements PluginContext {

    private final ManualClock clock;
    private final RecordingMeters meters;
    private final RecordingLogger logger;
    private final long seed;
    private final Optional<Path> directory;
    private final Map<VirtualStorage, List<StorageName>> cluster;

    public FakeContext() {
        this(new ManualClock(), new RecordingMeters(), new RecordingLogger(), 1, Optional.empty(), Map.of());
    }

    private FakeContext(
            ManualClock clock,
            RecordingMeters meters,
            RecordingLogger logger,
            long seed,
            Optional<Path> directory,
            Map<VirtualStorage, List<StorageName>> cluster) {
        this.clock = clock;
        this.meters = meters;
        this.logger = logger;
        this.seed = seed;
        this.directory = directory;
        this.cluster = cluster;
    }

    /// The same, with this directory. It has to exist.
    public FakeContext withDirectory(Path path) {
        return new FakeContext(clock, meters, logger, seed, Optional.of(path), cluster);
    }

    /// The same, with another seed.
    public FakeContext withSeed(long other) {
        return new FakeContext(clock, meters, logger, other, directory, cluster);
    }

    /// The same, with one more virtual storage.
    public FakeContext withStorages(String virtualStorage, String... storages) {
        var more = new LinkedHashMap<>(cluster);
        more.put(
                new VirtualStorage(virtualStorage),
                Arrays.stream(storages).map(StorageName::new).toList());
        return new FakeContext(clock, meters, logger, seed, directory, more);
    }

    @Override
    public RecordingLogger logger() {
        return logger;
    }

    @Override
    public RecordingMeters meters() {
        return meters;
    }

    @Override
    public ManualClock clock() {
        return clock;
    }

    @Override
    public ThreadFactory threads() {
        return Thread.ofVirtual().factory();
    }

    @Override
    public Path directory() {
        return directory.orElseThrow(
                () -> new IllegalStateException("the test gave no directory: see FakeContext.withDirectory"));
    }

    @Override
    public long seed() {
        return seed;
    }

    @Override
    public Map<VirtualStorage, List<StorageName>> cluster() {
        return cluster;
    }
}
