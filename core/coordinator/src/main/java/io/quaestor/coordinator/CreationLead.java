package io.quaestor.coordinator;

import io.quaestor.catalogue.Creation;
import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.catalogue.Rpc;
import io.quaestor.routing.ClusterView;
import io.quaestor.routing.CreationRouter;
import io.quaestor.routing.Refusal;
import io.quaestor.routing.ReplicaPaths;
import io.quaestor.routing.Route;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.RepositoryExistsException;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.transaction.WriteAttempt;
import io.quaestor.transaction.WriteOutcome;
import java.util.List;
import java.util.function.Supplier;

/// Leads the creation of repositories: chooses storages, creates on the first one, records before the client hears of it.
final class CreationLead {

    private static final String PREFIX = "route repository creation: ";

    private final Supplier<Datastore> datastore;
    private final Supplier<ClusterView> view;
    private final PlacementReader placements;
    private final Background background;
    private final WriteRecorder recorder;
    private final WriteLead writes;
    private final Seeds seeds;

    CreationLead(
            Supplier<Datastore> datastore,
            Supplier<ClusterView> view,
            PlacementReader placements,
            Background background,
            WriteRecorder recorder,
            WriteLead writes,
            Seeds seeds) {
        this.datastore = datastore;
        this.view = view;
        this.placements = placements;
        this.background = background;
        this.recorder = recorder;
        this.writes = writes;
        this.seeds = seeds;
    }

    void lead(Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key) {
        background.lead(exchange, PREFIX, () -> route(exchange, rpc, request, key));
    }

    private Runnable route(Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key)
            throws InterruptedException {
        Route route;
        if (request.additionalRelativePath().isPresent()) {
            var other = new RepositoryKey(
                    key.virtualStorage(), request.additionalRelativePath().get());
            var beside = placements.find(other);
            if (beside.isEmpty()) {
                return WriteLead.refuse(exchange, Refusal.ADDITIONAL_REPOSITORY_UNKNOWN, PREFIX);
            }
            route = CreationRouter.createBeside(view.get(), beside.get());
        } else {
            route = CreationRouter.create(view.get(), key.virtualStorage(), seeds.next());
        }
        return switch (route) {
            case Route.Create create -> reserve(exchange, rpc, request, key, create);
            case Route.Refused refused -> WriteLead.refuse(exchange, refused.reason(), PREFIX);
            case Route.Read _, Route.Write _, Route.Maintenance _, Route.Storage _ ->
                throw new IllegalStateException("not a route for a creation: " + route);
        };
    }

    private Runnable reserve(
            Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key, Route.Create route)
            throws InterruptedException {
        RepositoryId id;
        try {
            id = datastore.get().repositories().reserve(key);
        } catch (RepositoryExistsException e) {
            if (rpc.creation() == Creation.CREATE_OR_UPDATE) {
                return writes.route(exchange, request, key, PREFIX);
            }
            throw e;
        }
        return () -> exchange.forward(new CreationForwarding(exchange, request, key, id, route));
    }

    /// A creation on its way to its primary.
    private final class CreationForwarding implements Forwarding {

        private final RepositoryKey key;
        private final RepositoryId id;
        private final ReplicaPath path;
        private final Route.Create route;
        private final String correlationId;
        private final List<Destination> destinations;

        CreationForwarding(
                Exchange exchange, RepositoryRequest request, RepositoryKey key, RepositoryId id, Route.Create route) {
            this.key = key;
            this.id = id;
            this.path = ReplicaPaths.of(id, key.relativePath());
            this.route = route;
            this.correlationId = exchange.correlationId();
            var bytes = request.rewrittenFor(
                    route.primary().value(),
                    path.value(),
                    route.additionalPath().map(ReplicaPath::value).orElse(""));
            this.destinations = List.of(new Destination(new NodeId(key.virtualStorage(), route.primary()), bytes));
        }

        @Override
        public List<Destination> destinations() {
            return destinations;
        }

        @Override
        public void ended(List<DestinationEnd> ends, Completion completion) {
            var attempt = new WriteAttempt(
                    route.primary(), Ends.of(ends.getFirst()), route.secondaries(), route.lagging(), true);
            switch (WriteOutcome.of(attempt)) {
                case WriteOutcome.Unchanged _ -> completion.pass();
                case WriteOutcome.Changed changed ->
                    recorder.record(
                            new WriteRecord.Creation(
                                    id,
                                    key,
                                    path,
                                    route.primary(),
                                    changed.upToDate(),
                                    changed.outdated(),
                                    route.assign(),
                                    correlationId),
                            completion);
            }
        }
    }
}
