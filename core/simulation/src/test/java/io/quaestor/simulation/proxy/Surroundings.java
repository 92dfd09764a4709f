package io.quaestor.simulation.proxy;

import io.quaestor.simulation.Sabotage;
import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.engine.Scheduler;
import io.quaestor.simulation.nodes.Fleet;
import io.quaestor.testkit.fake.InMemoryDatastore;

/// What all proxies of one simulation share.
///
/// @param witness sees what really happens
/// @param events  sees primaries and jobs
/// @param facts   what was seen of each write
/// @param perils what may happen to a proxy at each step
public record Surroundings(
        Scheduler scheduler,
        Chance chance,
        Fleet fleet,
        InMemoryDatastore datastore,
        Limits limits,
        Perils perils,
        Witness witness,
        StoreEvents events,
        WriteFacts facts,
        Sabotage sabotage) {

    /// Decides whether a proxy dies or is paused where it is.
    @FunctionalInterface
    public interface Perils {

        void pass(SimulatedProxy proxy, Point point);
    }
}
