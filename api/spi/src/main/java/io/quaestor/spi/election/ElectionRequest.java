package io.quaestor.spi.election;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.StorageName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/// The replicas of a repository at one instant.
///
/// @param scope      for what the primary is elected
/// @param generation the generation of the repository itself; a replica below it is outdated, even the best one listed
/// @param current    the present primary; empty before the first election
/// @param replicas   assigned replicas in the order of the configuration, then unassigned ones that hold a copy
/// @param seed       for spreading primaries evenly without randomness in the strategy
/// @param observedAt when the snapshot was taken
@API(status = EXPERIMENTAL, since = "0.1")
public record ElectionRequest(
        ElectionScope scope,
        Generation generation,
        Optional<StorageName> current,
        List<Candidate> replicas,
        long seed,
        Instant observedAt) {

    public ElectionRequest {
        replicas = List.copyOf(replicas);
    }
}
