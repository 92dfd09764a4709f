package io.quaestor.runtime.cli;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the commands ask a running proxy. Blocks; gives up when interrupted.
public interface ProxyClient extends AutoCloseable {

    /// What a proxy knows of a repository.
    ///
    /// @throws ProxyCallException if the proxy cannot be reached, or refuses
    RepositoryMetadata metadata(RepositoryQuery query) throws ProxyCallException, InterruptedException;

    @Override
    void close();

    /// Which repository is meant.
    sealed interface RepositoryQuery {

        /// By its number.
        record ById(long id) implements RepositoryQuery {}

        /// By what clients call it.
        record ByPath(String virtualStorage, String relativePath) implements RepositoryQuery {}
    }

    /// What a proxy knows of a repository.
    ///
    /// @param primary      empty text if there is none
    /// @param generation   of the repository itself
    /// @param suspectSince since when a write is left behind by a proxy that died, so that only the primary counts as up
    ///                     to date; empty if there is none
    record RepositoryMetadata(
            long id,
            String virtualStorage,
            String relativePath,
            String replicaPath,
            String primary,
            long generation,
            Optional<Instant> suspectSince,
            List<Replica> replicas) {

        public RepositoryMetadata {
            replicas = List.copyOf(replicas);
        }
    }

    /// What a proxy knows of one replica.
    ///
    /// @param generation -1 if nothing is recorded
    /// @param verifiedAt empty if it was never looked at
    record Replica(
            String storage,
            boolean assigned,
            long generation,
            boolean healthy,
            boolean validPrimary,
            Optional<Instant> verifiedAt) {}
}
