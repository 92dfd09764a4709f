package io.quaestor.runtime.plugin;

import io.quaestor.runtime.metrics.RegistryMeters;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.plugin.Meters;
import io.quaestor.spi.plugin.PluginContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;

/// What one instance of a plug-in gets.
final class HostContext implements PluginContext, AutoCloseable {

    private final PluginHost host;
    private final RegistryMeters meters;
    private final System.Logger logger;
    private final long seed;
    private final Path directory;
    private final Map<VirtualStorage, List<StorageName>> cluster;

    /// @param data where plug-ins keep things; this one gets a directory in it
    HostContext(PluginHost host, Offer offer, Path data, Map<VirtualStorage, List<StorageName>> cluster) {
        String name = offer.kind().key() + "-" + offer.id();
        this.host = host;
        this.meters = host.metrics().meters();
        this.logger = new SlfLogger("plugin." + name);
        this.seed = host.seed() * 31 + name.hashCode(); // another one for each, the same after a restart with the same
        this.directory = data.resolve(name);
        this.cluster = cluster;
    }

    @Override
    public System.Logger logger() {
        return logger;
    }

    @Override
    public Meters meters() {
        return meters;
    }

    @Override
    public Clock clock() {
        return host.clock();
    }

    @Override
    public ThreadFactory threads() {
        return host.threads();
    }

    /// Made when it is asked for first, since most plug-ins keep nothing.
    @Override
    public Path directory() {
        try {
            return Files.createDirectories(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException("directory of the plug-in cannot be made: " + directory, failure);
        }
    }

    @Override
    public long seed() {
        return seed;
    }

    @Override
    public Map<VirtualStorage, List<StorageName>> cluster() {
        return cluster;
    }

    @Override
    public void close() {
        meters.close();
    }
}
