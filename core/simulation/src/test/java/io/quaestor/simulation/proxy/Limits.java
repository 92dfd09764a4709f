package io.quaestor.simulation.proxy;

import io.quaestor.coordinator.TransactionSettings;
import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.nodes.Fleet;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// What is different from seed to seed.
///
/// @param nodes             how many
/// @param proxies           how many
/// @param replicationFactor how many nodes get a new repository; zero for all
/// @param preparing         whether nodes say that they are going to lock (19.1)
/// @param transactions      limits of writes, shorter than real ones
public record Limits(
        int nodes, int proxies, int replicationFactor, boolean preparing, TransactionSettings transactions) {

    /// How many nodes there are at the most.
    public static final int MOST_NODES = 7;

    /// The limits of writes, with or without faith in votes that anybody casts.
    TransactionSettings transactions(boolean trusting) {
        return new TransactionSettings(
                transactions.lease(),
                transactions.grace(),
                transactions.voteLimit(),
                transactions.nodeVoteLimit(),
                transactions.returnDelay(),
                transactions.readLimit(),
                transactions.turnLimit(),
                transactions.serialized(),
                trusting);
    }

    public static Limits of(Chance chance) {
        int nodes = chance.of(List.of(1, 2, 3, 3, 3, 4, 5, 6, MOST_NODES));
        return new Limits(
                nodes,
                chance.of(List.of(1, 2, 2, 3, 3, 4, 5)),
                chance.of(List.of(0, 0, Math.min(2, nodes), Math.min(3, nodes))),
                chance.percent(30),
                new TransactionSettings(
                        chance.millis(2000, 5000),
                        chance.millis(500, 3000),
                        chance.millis(3000, 8000),
                        chance.seconds(10, 15),
                        chance.millis(3000, 6000),
                        chance.millis(1000, 3000),
                        chance.millis(500, 4000),
                        chance.percent(30) ? Set.of(Fleet.VIRTUAL_STORAGE) : Set.of(),
                        false));
    }
}
