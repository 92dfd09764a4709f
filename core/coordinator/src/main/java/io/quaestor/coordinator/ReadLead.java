package io.quaestor.coordinator;

import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.catalogue.Rpc;
import io.quaestor.routing.ClusterView;
import io.quaestor.routing.ReadPlacement;
import io.quaestor.routing.Refusal;
import io.quaestor.routing.Route;
import io.quaestor.routing.Router;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Leads reads: one replica, by the reading strategy, placed from memory where possible.
///
/// **Threads:** begins on the event loop of the call; what blocks goes on in virtual threads.
final class ReadLead {

    private static final Logger LOG = LoggerFactory.getLogger(ReadLead.class);
    private static final String PREFIX = "accessor call: route repository accessor: ";

    /// Rails asks so when it reads inside of a hook's quarantine (RT 2.1).
    private static final String POLICY = "gitaly-route-repository-accessor-policy";

    private static final String PRIMARY_ONLY = "primary-only";

    private final Router router;
    private final Supplier<ClusterView> view;
    private final PlacementCache cache;
    private final PlacementReader placements;
    private final Background background;
    private final Seeds seeds;
    private final ReadCounters counters;
    private final WritesUnderWay underWay;
    private final ReadsUnderWay readsUnderWay;
    private final Duration readLimit;
    private final Set<String> complaints = ConcurrentHashMap.newKeySet();

    ReadLead(
            Router router,
            Supplier<ClusterView> view,
            PlacementCache cache,
            PlacementReader placements,
            Background background,
            Seeds seeds,
            ReadCounters counters,
            WritesUnderWay underWay,
            ReadsUnderWay readsUnderWay,
            Duration readLimit) {
        this.router = router;
        this.view = view;
        this.cache = cache;
        this.placements = placements;
        this.background = background;
        this.seeds = seeds;
        this.counters = counters;
        this.underWay = underWay;
        this.readsUnderWay = readsUnderWay;
        this.readLimit = readLimit;
    }

    void lead(Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key) {
        if (rpc.primaryOnly() || PRIMARY_ONLY.equals(exchange.header(POLICY))) {
            leadToPrimary(exchange, request, key);
            return;
        }
        whenSafe(exchange, key, safe -> find(exchange, request, key, safe));
    }

    /// Waits while a write under way may be missing wherever the read could go (P11); mostly there is none.
    ///
    /// @param go hears once who may be read; `null` for everybody who is up to date
    void whenSafe(Exchange exchange, RepositoryKey key, Consumer<@Nullable Set<StorageName>> go) {
        if (underWay.confirmed(key) == null) {
            go.accept(null);
        } else {
            awaitSafe(exchange, key, confirmed -> anyReached(key, confirmed), go);
        }
    }

    private void awaitSafe(
            Exchange exchange,
            RepositoryKey key,
            Predicate<Set<StorageName>> enough,
            Consumer<@Nullable Set<StorageName>> go) {
        new ReadDuringWrite(exchange, key, underWay, enough, readLimit).whenSafe(go);
    }

    /// Whoever has confirmed may have been lost since.
    private boolean anyReached(RepositoryKey key, Set<StorageName> confirmed) {
        var now = view.get();
        return confirmed.stream().anyMatch(storage -> now.reaches(key.virtualStorage(), storage));
    }

    /// @param safe who may be read; `null` for everybody who is up to date
    private void find(
            Exchange exchange, RepositoryRequest request, RepositoryKey key, @Nullable Set<StorageName> safe) {
        var placement = cache.get(key);
        if (placement != null) {
            forward(exchange, request, placement.among(safe));
            return;
        }
        background.lead(exchange, PREFIX + "consistent storages: ", () -> {
            var found = placements.forRead(key);
            return found.<Runnable>map(p -> () -> forward(exchange, request, p.among(safe)))
                    .orElse(() -> exchange.fail(Failures.of(Refusal.REPOSITORY_UNKNOWN, PREFIX)));
        });
    }

    private void leadToPrimary(Exchange exchange, RepositoryRequest request, RepositoryKey key) {
        routeToPrimary(exchange, key, route -> {
            var confirmed = underWay.confirmed(key);
            if (confirmed != null && route instanceof Route.Read read && !confirmed.contains(read.node().storage())) {
                awaitSafe(
                        exchange,
                        key,
                        others -> others.contains(read.node().storage()),
                        _ -> routeToPrimary(exchange, key, again -> forward(exchange, request, again, null)));
                return;
            }
            forward(exchange, request, route, null);
        });
    }

    /// @param then gets the way on the event loop
    private void routeToPrimary(Exchange exchange, RepositoryKey key, Consumer<Route> then) {
        background.lead(exchange, PREFIX, () -> {
            var placement = placements.withPrimary(key);
            Route route = placement.isEmpty()
                    ? new Route.Refused(Refusal.REPOSITORY_UNKNOWN)
                    : Router.readFromPrimary(view.get(), placement.get());
            return () -> then.accept(route);
        });
    }

    private void forward(Exchange exchange, RepositoryRequest request, ReadPlacement placement) {
        forward(exchange, request, router.read(view.get(), placement, seeds.next()), placement.key());
    }

    private void forward(
            Exchange exchange, RepositoryRequest request, Route route, @Nullable RepositoryKey key) {
        switch (route) {
            case Route.Read read ->
                exchange.forward(new ReadForwarding(this, exchange, destination(request, read), request, key));
            case Route.Refused refused -> exchange.fail(Failures.of(refused.reason(), PREFIX));
            case Route.Write _, Route.Create _, Route.Maintenance _, Route.Storage _ ->
                throw new IllegalStateException("not a route for a read: " + route);
        }
    }

    private void logOnce(String complaint) {
        if (complaints.size() < 100 && complaints.add(complaint)) { // bounded, since texts may carry values
            LOG.warn("{}; chance decided instead, which is said only once", complaint);
        }
    }

    // for reads on their way

    Destination destination(RepositoryRequest request, Route.Read read) {
        read.complaint().ifPresent(this::logOnce);
        counters.sentTo(read.node());
        var bytes = request.rewrittenFor(read.node().storage().value(), read.path().value());
        return new Destination(read.node(), bytes);
    }

    /// Where else it can be sent now: where no write under way is missing, or anywhere when that has held it up for as long
    /// as it may.
    ///
    /// @param waited how long it has waited already
    /// @return `null` if nobody else is up to date, or it would have to wait for a write
    Route.@Nullable Read elsewhere(ReadPlacement placement, NodeId than, Duration waited) {
        var safe = underWay.confirmed(placement.key());
        var read = safe == null || safe.stream().anyMatch(storage -> !storage.equals(than.storage()))
                ? readElsewhere(placement.among(safe), than)
                : null;
        return read == null && safe != null && waited.compareTo(readLimit) >= 0 ? readElsewhere(placement, than) : read;
    }

    private Route.@Nullable Read readElsewhere(ReadPlacement placement, NodeId than) {
        var route = router.readElsewhere(view.get(), placement, than.storage(), seeds.next());
        return route instanceof Route.Read read ? read : null;
    }

    /// What is in memory: others may have fallen behind since a read began.
    ///
    /// @return `null` if there is nothing
    @Nullable ReadPlacement remembered(RepositoryKey key) {
        return cache.get(key);
    }

    /// Asks the datastore for what is not in memory.
    ///
    /// @param then hears of it on the event loop; of nothing if the repository is gone, or nobody could be asked
    void recall(Exchange exchange, RepositoryKey key, Consumer<ReadPlacement> then) {
        background.start(() -> {
            try {
                placements.forRead(key).ifPresent(found -> exchange.execute(() -> then.accept(found)));
            } catch (DatastoreException e) {
                LOG.debug("a read that hangs is not sent elsewhere: {}", e.getMessage());
            } catch (InterruptedException _) {
                // the proxy is stopping
            }
        });
    }

    boolean isReached(NodeId node) {
        return view.get().reaches(node.virtualStorage(), node.storage());
    }

    ReadsUnderWay readsUnderWay() {
        return readsUnderWay;
    }
}
