package io.quaestor.coordinator;

import io.quaestor.routing.ClusterView;
import io.quaestor.routing.Election;
import io.quaestor.routing.ReadPlacement;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.election.ElectionDecision;
import io.quaestor.spi.election.ElectionStrategy;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.Clock;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the datastore where a repository is, and has its primary elected where that is needed.
///
/// **Threads:** virtual threads. **Blocking:** yes, within the limits of the datastore.
final class PlacementReader {

    private static final Logger LOG = LoggerFactory.getLogger(PlacementReader.class);

    /// How often an election is held again because another proxy was faster. More than two proxies at once are rare.
    private static final int ROUNDS = 4;

    private final Supplier<Datastore> datastore;
    private final Supplier<ClusterView> view;
    private final Function<VirtualStorage, ElectionStrategy> election;
    private final PlacementCache cache;
    private final Clock clock;
    private final Seeds seeds;

    PlacementReader(CoordinatorParts parts, PlacementCache cache, Seeds seeds) {
        this.datastore = parts.datastore();
        this.view = parts.view();
        this.election = parts.election();
        this.cache = cache;
        this.clock = parts.clock();
        this.seeds = seeds;
    }

    /// For a read: asks, and keeps the answer in memory.
    Optional<ReadPlacement> forRead(RepositoryKey key) throws InterruptedException {
        var stamp = cache.stamp(key);
        var placement = datastore.get().placements().find(key).map(ReadPlacement::of);
        placement.ifPresent(p -> cache.put(p, stamp));
        return placement;
    }

    /// As it is, without an election.
    Optional<Placement> find(RepositoryKey key) throws InterruptedException {
        return datastore.get().placements().find(key);
    }

    /// With a primary that is eligible if there is any that is; otherwise with the stored one (RT 8.1).
    Optional<Placement> withPrimary(RepositoryKey key) throws InterruptedException {
        var placement = find(key);
        for (int round = 0; round < ROUNDS && placement.isPresent(); round++) {
            var present = placement.get();
            var request = Election.request(view.get(), present, seeds.next(), clock.now());
            var decision = Election.hold(election.apply(key.virtualStorage()), request);
            if (!(decision instanceof ElectionDecision.Elected elected)
                    || present.primary().equals(Optional.of(elected.primary()))) {
                return placement;
            }
            var change = new PrimaryChange(present.id(), present.primary(), elected.primary(), present.generation());
            if (datastore.get().primaries().replace(change)) {
                LOG.atInfo()
                        .addKeyValue("repository_id", present.id().value())
                        .addKeyValue("virtual_storage", key.virtualStorage().name())
                        .addKeyValue("relative_path", key.relativePath())
                        .addKeyValue("current_primary", elected.primary().value())
                        .addKeyValue("previous_primary", present.primary().map(StorageName::value).orElse(""))
                        .addKeyValue("reason", elected.reason())
                        .log("primary node changed");
                return Optional.of(new Placement(
                        present.id(),
                        present.key(),
                        present.path(),
                        present.generation(),
                        Optional.of(elected.primary()),
                        present.suspect(),
                        present.replicas()));
            }
            placement = find(key); // another proxy was faster, or a write came between
        }
        return placement;
    }
}
