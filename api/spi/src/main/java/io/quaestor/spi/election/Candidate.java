package io.quaestor.spi.election;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.StorageName;
import org.apiguardian.api.API;

/// A replica that might become the primary.
///
/// @param storage    where it is
/// @param generation what it has; [Generation#NONE] if nothing is recorded
/// @param assigned   whether the repository should be there
/// @param healthy    whether the node is reached, by this proxy and by most proxies
/// @param leaving    whether the replica is about to be deleted
@API(status = EXPERIMENTAL, since = "0.1")
public record Candidate(
        StorageName storage, Generation generation, boolean assigned, boolean healthy, boolean leaving) {}
