package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.StorageName;
import java.time.Instant;
import java.util.Optional;
import org.apiguardian.api.API;

/// One replica of a repository, or the lack of one where it should be.
///
/// @param storage    where
/// @param generation what it has; [Generation#NONE] if nothing is recorded
/// @param configured whether the configuration knows the storage
/// @param assigned   whether the repository should be there: the storage is configured, and it is assigned by name or the
///                   repository has no assignment to a configured storage at all (DS 2.3.15)
/// @param healthy    whether most proxies reach the node (RT 7.2)
/// @param leaving    whether a live job is to delete it
/// @param verifiedAt when the node last confirmed that it is there; empty if never
@API(status = EXPERIMENTAL, since = "0.1")
public record Replica(
        StorageName storage,
        Generation generation,
        boolean configured,
        boolean assigned,
        boolean healthy,
        boolean leaving,
        Optional<Instant> verifiedAt) {}
