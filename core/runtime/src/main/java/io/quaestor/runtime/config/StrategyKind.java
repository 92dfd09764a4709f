package io.quaestor.runtime.config;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.election.ElectionStrategy;
import io.quaestor.spi.reading.ReadDistribution;
import io.quaestor.spi.replication.ReplicationTransport;
import java.util.Arrays;
import java.util.Optional;

/// What can be exchanged, by the interface that does it and the key that names it.
public enum StrategyKind {
    ELECTION("election", ElectionStrategy.class),
    READING("reading", ReadDistribution.class),
    REPLICATION("replication", ReplicationTransport.class),
    /// One for the whole proxy, and for as long as it runs.
    DATASTORE("datastore", Datastore.class);

    private final String key;
    private final Class<?> contract;

    StrategyKind(String key, Class<?> contract) {
        this.key = key;
        this.contract = contract;
    }

    /// The key below `[strategies]`.
    public String key() {
        return key;
    }

    /// The interface that a plug-in implements.
    public Class<?> contract() {
        return contract;
    }

    /// The kind that a class implements; empty if it implements none.
    public static Optional<StrategyKind> of(Class<?> implementation) {
        return Arrays.stream(values())
                .filter(kind -> kind.contract.isAssignableFrom(implementation))
                .findFirst();
    }
}
