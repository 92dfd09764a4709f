package io.quaestor.coordinator;

import io.quaestor.spi.model.VirtualStorage;
import java.time.Duration;
import java.util.Set;

/// How writes that are voted on behave (architecture: P3, write intents).
///
/// @param lease              how long a proxy may be silent before others take it for dead
/// @param grace              for a secondary to vote once the others are a quorum, and to end once the primary has
/// @param voteLimit          for secondaries to vote after the primary, while there is no quorum
/// @param nodeVoteLimit      how long a node waits for the answer to a vote; Gitaly: 5 minutes (RT 4.4)
/// @param returnDelay        after a proxy is back under its name on its host, until its nodes have seen it
/// @param readLimit          how long a read waits for a write that is being made
/// @param turnLimit          how long a write waits for its turn, where writes come one after another
/// @param serialized         virtual storages in which writes to one repository come one after another
/// @param votesOnPublicPort  whether votes that do not come over a connection to a node count, as in Praefect
public record TransactionSettings(
        Duration lease,
        Duration grace,
        Duration voteLimit,
        Duration nodeVoteLimit,
        Duration returnDelay,
        Duration readLimit,
        Duration turnLimit,
        Set<VirtualStorage> serialized,
        boolean votesOnPublicPort) {

    /// What the configuration gives where it says nothing.
    public static final TransactionSettings DEFAULT = new TransactionSettings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Set.of(),
            false);

    public TransactionSettings {
        serialized = Set.copyOf(serialized);
    }
}
