package io.quaestor.runtime.plugin;

import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.StrategyKind;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.election.ElectionStrategy;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.reading.ReadDistribution;
import io.quaestor.spi.replication.ReplicationTransport;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Who serves under one configuration. Made beside the one that holds, and put in its place when it is complete.
///
/// @param configuration under which it was made
/// @param serving       the instance of each kind for each virtual storage, but for the datastore
/// @param datastore     where records are kept
record Settlement(
        Configuration configuration,
        Map<VirtualStorage, Map<StrategyKind, Instance>> serving,
        Instance datastore) {

    /// All instances that serve.
    Set<Instance> instances() {
        var instances = new HashSet<Instance>();
        serving.values().forEach(of -> instances.addAll(of.values()));
        instances.add(datastore);
        return instances;
    }

    Strategies.Snapshot snapshot() {
        var result = new LinkedHashMap<VirtualStorage, Strategies.Serving>();
        serving.forEach((virtualStorage, of) -> result.put(
                virtualStorage,
                Strategies.Serving.of(
                        strategy(of, StrategyKind.READING, ReadDistribution.class),
                        strategy(of, StrategyKind.ELECTION, ElectionStrategy.class),
                        strategy(of, StrategyKind.REPLICATION, ReplicationTransport.class))));
        return new Strategies.Snapshot(result, datastore.as(Datastore.class));
    }

    private static <T> T strategy(Map<StrategyKind, Instance> of, StrategyKind kind, Class<T> contract) {
        Instance instance = of.get(kind);
        if (instance == null) {
            throw new IllegalStateException("nobody serves as " + kind);
        }
        return instance.as(contract);
    }
}
