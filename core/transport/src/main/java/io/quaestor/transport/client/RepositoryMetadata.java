package io.quaestor.transport.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where a repository is, as a running proxy says it.
///
/// @param id           its number
/// @param replicaPath  where its replicas lie on the nodes
/// @param primary      empty if there is none
/// @param generation   what an up-to-date replica has
/// @param suspectSince since when a write is left behind by a proxy that died; empty if there is none
public record RepositoryMetadata(
        long id,
        String virtualStorage,
        String relativePath,
        String replicaPath,
        String primary,
        long generation,
        Optional<Instant> suspectSince,
        List<Replica> replicas) {

    /// One replica.
    ///
    /// @param generation   -1 if nothing is recorded
    /// @param validPrimary whether it could be the primary
    /// @param verifiedAt   empty if never
    public record Replica(
            String storage,
            boolean assigned,
            long generation,
            boolean healthy,
            boolean validPrimary,
            Optional<Instant> verifiedAt) {}
}
