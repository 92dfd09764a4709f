package io.quaestor.simulation;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.Scheduler;
import io.quaestor.simulation.engine.SimulatedClock;
import io.quaestor.simulation.nodes.Fleet;
import io.quaestor.simulation.proxy.SimulatedProxy;
import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.fake.InMemoryDatastore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Everything there is in one simulation: three nodes, one datastore, two proxies, and who watches them.
final class World {

    private static final List<StorageName> STORAGES =
            List.of(new StorageName("g1"), new StorageName("g2"), new StorageName("g3"));

    final Chance chance;
    final Scheduler scheduler;
    final Owner owner = new Owner("world");
    final Fleet fleet;
    final Invariants invariants;
    final List<SimulatedProxy> proxies = new ArrayList<>();

    private final InMemoryDatastore datastore;
    private final Sabotage sabotage;
    private final int replicationFactor;

    World(long seed, Sabotage sabotage) {
        this.sabotage = sabotage;
        chance = new Chance(seed);
        scheduler = new Scheduler(chance);
        replicationFactor = chance.of(List.of(0, 0, 2));
        var clock = new SimulatedClock(scheduler, owner);
        datastore = new InMemoryDatastore(clock, Map.of(Fleet.VIRTUAL_STORAGE, STORAGES));
        invariants = new Invariants(datastore.join());
        fleet = new Fleet(STORAGES, scheduler, chance, invariants::changed);
        invariants.watch(fleet);
        datastore.placements().watch(new PlacementListener() {
            @Override
            public void connected() {}

            @Override
            public void lost() {}

            @Override
            public void changed(RepositoryKey key) {
                invariants.changed(key);
            }
        });
    }

    /// A new proxy, or one that was started again: it has the name of the one before and none of its memory.
    SimulatedProxy startProxy(String name) {
        var proxy = new SimulatedProxy(name, scheduler, chance, fleet, datastore, replicationFactor, sabotage);
        proxies.add(proxy);
        scheduler.trace(name + " starts");
        return proxy;
    }
}
