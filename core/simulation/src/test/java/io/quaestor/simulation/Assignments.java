package io.quaestor.simulation;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.fake.InMemoryDatastore;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// An operator who changes where repositories should be, always at their primaries too. New replicas are the reconciler's
/// to make, and superfluous ones its to remove.
final class Assignments {

    private final Chance chance;
    private final InMemoryDatastore datastore;
    private final RepairInvariants repairs;

    /// @param datastore a session of its own
    Assignments(Chance chance, InMemoryDatastore datastore, RepairInvariants repairs) {
        this.chance = chance;
        this.datastore = datastore;
        this.repairs = repairs;
    }

    /// @return where it should be from now on; empty if nothing was changed
    Optional<Set<StorageName>> change(RepositoryKey key) {
        return Undisturbed.ask(() -> {
            var placement = datastore.placements().find(key).orElseThrow();
            if (placement.primary().isEmpty()) {
                return Optional.empty();
            }
            var chosen = choose(placement);
            placement.replicas().stream()
                    .filter(r -> !r.assigned())
                    .forEach(r -> repairs.newcomer(key, r.storage()));
            datastore.assign(placement.id(), chosen.toArray(StorageName[]::new));
            return Optional.of(chosen);
        });
    }

    private Set<StorageName> choose(Placement placement) {
        var chosen = new TreeSet<StorageName>();
        placement.primary().ifPresent(chosen::add);
        for (Replica replica : placement.replicas()) {
            if (chance.percent(60)) {
                chosen.add(replica.storage());
            }
        }
        return chosen;
    }
}
