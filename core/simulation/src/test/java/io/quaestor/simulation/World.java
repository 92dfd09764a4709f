package io.quaestor.simulation;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.engine.DefectLog;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.Scheduler;
import io.quaestor.simulation.engine.SimulatedClock;
import io.quaestor.simulation.faults.FaultLog;
import io.quaestor.simulation.nodes.Fleet;
import io.quaestor.simulation.nodes.Temper;
import io.quaestor.simulation.proxy.Limits;
import io.quaestor.simulation.proxy.SimulatedProxy;
import io.quaestor.simulation.proxy.Surroundings;
import io.quaestor.simulation.proxy.WriteFacts;
import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.fake.InMemoryDatastore;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Everything there is in one simulation: nodes, one datastore, proxies, and who watches them.
final class World {

    private static final int LARGEST_SKEW_SECONDS = 3600;

    final Chance chance;
    final Scheduler scheduler;
    final Owner owner = new Owner("world");
    final Limits limits;
    final FaultLog faults = new FaultLog();
    final Temper temper;
    final Fleet fleet;
    final Invariants invariants;
    final Perils perils;
    final WriteFacts facts = new WriteFacts();
    final Leaks leaks;
    final Relapses relapses;
    final Assignments assignments;
    final Forgetting forgetting;

    /// Those that take calls, or will.
    final List<SimulatedProxy> proxies = new ArrayList<>();

    /// All that live, those too that are stopping.
    final List<SimulatedProxy> processes = new ArrayList<>();

    private final Surroundings surroundings;

    World(long seed, Sabotage sabotage) {
        chance = new Chance(seed);
        scheduler = new Scheduler(chance, this::defect);
        DefectLog.tell(this::defect);
        limits = Limits.of(chance);
        var storages = IntStream.rangeClosed(1, limits.nodes())
                .mapToObj(i -> new StorageName("g" + i))
                .toList();
        var datastore = new InMemoryDatastore(
                new SimulatedClock(scheduler, owner), Map.of(Fleet.VIRTUAL_STORAGE, storages));
        var repairs = new RepairInvariants(datastore.join());
        invariants = new Invariants(datastore.join(), repairs);
        temper = new Temper(chance, faults, limits.transactions().nodeVoteLimit());
        fleet = new Fleet(storages, scheduler, temper, invariants::changed);
        invariants.watch(fleet);
        perils = new Perils(this);
        var writes = new WriteInvariants(datastore.join(), facts, faults, invariants::violate);
        var events = new StoreWitness(datastore.join(), invariants, repairs, writes, faults);
        surroundings = new Surroundings(scheduler, chance, fleet, datastore, limits, perils::pass, writes, events, facts, sabotage);
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
        leaks = new Leaks(this, datastore.join());
        relapses = new Relapses(this, datastore.join());
        assignments = new Assignments(chance, datastore.join(), repairs);
        forgetting = new Forgetting(datastore.join(), invariants, writes);
        scheduler.trace(limits.toString());
    }

    /// Something threw what nobody expects.
    void defect(Throwable defect) {
        var where = new StringWriter();
        defect.printStackTrace(new PrintWriter(where));
        invariants.violate("a defect: " + where);
    }

    /// A new proxy, or one that was started again: it has the name of the one before and none of its memory.
    SimulatedProxy startProxy(String name) {
        var skew = chance.seconds(-LARGEST_SKEW_SECONDS, LARGEST_SKEW_SECONDS);
        var proxy = new SimulatedProxy(name, surroundings, skew);
        proxies.add(proxy);
        processes.add(proxy);
        scheduler.trace(name + " starts");
        return proxy;
    }
}
