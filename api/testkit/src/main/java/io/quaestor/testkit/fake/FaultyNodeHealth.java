package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.NodeHealth;
import io.quaestor.spi.model.NodeId;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.util.Map;
import java.util.Set;

final class FaultyNodeHealth implements NodeHealth {

    private final FaultyDatastore faults;
    private final NodeHealth sound;

    FaultyNodeHealth(FaultyDatastore faults, NodeHealth sound) {
        this.faults = faults;
        this.sound = sound;
    }

    @Override
    public void report(String proxy, Map<NodeId, Boolean> reachable) throws InterruptedException {
        faults.run(Operation.REPORT_HEALTH, () -> {
            sound.report(proxy, reachable);
            return 0;
        });
    }

    @Override
    public Set<NodeId> healthy() throws InterruptedException {
        return faults.run(Operation.READ_HEALTH, sound::healthy);
    }
}
