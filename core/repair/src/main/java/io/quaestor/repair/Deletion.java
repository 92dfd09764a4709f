package io.quaestor.repair;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Whether a replica may be deleted. Whoever added the job may have been wrong, or things may have changed since: no
/// mistake in a configuration deletes the last good copies (P5).
final class Deletion {

    private Deletion() {}

    /// Why the replica must stay.
    ///
    /// @return empty if it may go, provided that one of [#witnesses] says itself that it has the repository
    static Optional<String> objection(Placement placement, StorageName target, Set<NodeId> reached) {
        var generation =
                placement.replica(target).map(Replica::generation).orElse(Generation.NONE);
        if (placement.replica(target).map(Replica::assigned).orElse(false)) {
            return Optional.of("the repository is assigned there");
        }
        for (var replica : placement.replicas()) {
            if (replica.assigned() && replica.generation().compareTo(generation) < 0) { // DS 5.4
                return Optional.of("the assigned " + replica.storage() + " has an older copy or none");
            }
        }
        return witnesses(placement, target, reached).isEmpty()
                ? Optional.of("no other copy that is up to date can be reached")
                : Optional.empty();
    }

    /// The other nodes that should have everything, in the order of the configuration.
    static List<NodeId> witnesses(Placement placement, StorageName target, Set<NodeId> reached) {
        return placement.replicas().stream()
                .filter(r -> placement.isUpToDate(r) && r.configured() && !r.leaving())
                .map(Replica::storage)
                .filter(s -> !s.equals(target))
                .map(s -> new NodeId(placement.key().virtualStorage(), s))
                .filter(reached::contains)
                .toList();
    }
}
