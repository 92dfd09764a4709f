package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.testkit.conformance.DatastoreHarness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Runs the kit on memory; a test of the kit itself puts something broken around it.
public class InMemoryHarness implements DatastoreHarness {

    private final ManualClock clock = new ManualClock();
    private final UnaryOperator<Datastore> wrapping;
    private InMemoryDatastore datastore;

    public InMemoryHarness() {
        this(UnaryOperator.identity());
    }

    public InMemoryHarness(UnaryOperator<Datastore> wrapping) {
        this.wrapping = wrapping;
    }

    @Override
    public Datastore fresh(Map<VirtualStorage, List<StorageName>> cluster) {
        datastore = new InMemoryDatastore(clock, cluster);
        return wrapping.apply(datastore);
    }

    @Override
    public Datastore another() {
        return wrapping.apply(datastore.join());
    }

    @Override
    public void letTimePass(Duration duration) {
        clock.advance(duration);
    }

    @Override
    public void close() {
        datastore.close();
    }
}
