package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.plugin.Meters;
import io.quaestor.spi.plugin.PluginContext;
import io.quaestor.testkit.fake.RealClock;
import io.quaestor.testkit.fake.RecordingLogger;
import io.quaestor.testkit.fake.RecordingMeters;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;

/// What a host hands to the datastore, with the time that the database has too.
record TestContext(
        Map<VirtualStorage, List<StorageName>> cluster,
        Path directory,
        RecordingLogger logger,
        RecordingMeters recorded)
        implements PluginContext {

    static TestContext of(Map<VirtualStorage, List<StorageName>> cluster) {
        return new TestContext(cluster, Path.of("target"), new RecordingLogger(), new RecordingMeters());
    }

    static TestContext in(Path directory) {
        return new TestContext(Map.of(), directory, new RecordingLogger(), new RecordingMeters());
    }

    @Override
    public Meters meters() {
        return recorded;
    }

    @Override
    public Clock clock() {
        return new RealClock();
    }

    @Override
    public ThreadFactory threads() {
        return Thread.ofVirtual().name("datastore-", 0).factory();
    }

    @Override
    public long seed() {
        return 1;
    }
}
