package io.quaestor.routing;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/// Decides which storages a new repository gets (RT 3.3, DS 2.5).
public final class CreationRouter {

    private CreationRouter() {}

    /// Chooses storages for a repository that stands on its own: a primary that is reached, and as many others as the
    /// replication factor says. Storages that are reached are preferred; Praefect does not (RT 3.3).
    ///
    /// @param seed decides among equals
    public static Route create(ClusterView view, VirtualStorage virtualStorage, long seed) {
        var group = view.groups().get(virtualStorage);
        if (group == null) {
            return new Route.Refused(Refusal.STORAGE_UNKNOWN);
        }
        var reached = view.reached(virtualStorage);
        if (reached.isEmpty()) {
            return new Route.Refused(Refusal.NO_HEALTHY_NODES);
        }
        var primary = reached.get(Router.pick(seed, reached.size()));
        boolean assign = group.replicationFactor() > 0;
        int others = (assign ? group.replicationFactor() : group.storages().size()) - 1;
        var random = new SplittableRandom(seed);
        var candidates = new ArrayList<>(group.storages());
        candidates.remove(primary);
        Collections.shuffle(candidates, Random.from(random));
        candidates.sort(Comparator.comparing(s -> !reached.contains(s))); // stable: chance among equals stays
        var chosen = candidates.subList(0, Math.min(others, candidates.size()));
        Predicate<StorageName> takesPart =
                s -> reached.contains(s) && VoteFamilies.areAlike(view, virtualStorage, primary, s);
        return new Route.Create(
                virtualStorage,
                Optional.empty(),
                primary,
                chosen.stream().filter(takesPart).toList(),
                chosen.stream().filter(takesPart.negate()).toList(),
                assign);
    }

    /// Puts a repository where another one is, whatever the replication factor: an object pool beside its origin.
    ///
    /// @param beside the other repository
    public static Route createBeside(ClusterView view, Placement beside) {
        var virtualStorage = beside.key().virtualStorage();
        if (beside.primary().isEmpty()) {
            return new Route.Refused(Refusal.NO_PRIMARY);
        }
        var primary = beside.primary().get();
        if (!view.reaches(virtualStorage, primary)) {
            return new Route.Refused(Refusal.PRIMARY_NOT_HEALTHY);
        }
        var secondaries = new ArrayList<StorageName>();
        var lagging = new ArrayList<StorageName>();
        for (var replica : beside.replicas()) {
            if (replica.configured() && !replica.storage().equals(primary)) {
                boolean takesPart = beside.isUpToDate(replica)
                        && view.reaches(virtualStorage, replica.storage())
                        && VoteFamilies.areAlike(view, virtualStorage, primary, replica.storage());
                (takesPart ? secondaries : lagging).add(replica.storage());
            }
        }
        var group = view.groups().get(virtualStorage);
        boolean assign = group != null && group.replicationFactor() > 0;
        return new Route.Create(virtualStorage, Optional.of(beside.path()), primary, secondaries, lagging, assign);
    }
}
