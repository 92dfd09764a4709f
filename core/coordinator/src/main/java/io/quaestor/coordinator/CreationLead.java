package io.quaestor.coordinator;

import io.quaestor.catalogue.Creation;
import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.catalogue.Rpc;
import io.quaestor.routing.ClusterView;
import io.quaestor.routing.CreationRouter;
import io.quaestor.routing.Refusal;
import io.quaestor.routing.ReplicaPaths;
import io.quaestor.routing.Route;
import io.quaestor.routing.VoteFamilies;
import io.quaestor.spi.datastore.RepositoryExistsException;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryKey;
import java.util.function.Supplier;

/// Leads the creation of repositories: chooses storages, takes the name, and sends a [VotedWrite] to them.
///
/// **Threads:** begins on the event loop of the call; what blocks goes on in virtual threads.
final class CreationLead {

    private static final String PREFIX = "route repository creation: ";

    private final Supplier<ClusterView> view;
    private final PlacementReader placements;
    private final WritingParts parts;
    private final WriteLead writes;
    private final Seeds seeds;

    CreationLead(
            Supplier<ClusterView> view, PlacementReader placements, WritingParts parts, WriteLead writes, Seeds seeds) {
        this.view = view;
        this.placements = placements;
        this.parts = parts;
        this.writes = writes;
        this.seeds = seeds;
    }

    void lead(Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key) {
        if (NotifiedPath.bytes(key.relativePath()) > NotifiedPath.MOST_BYTES_OF_ONE) {
            exchange.fail(Failures.PATH_TOO_LONG);
            return;
        }
        parts.background().lead(exchange, PREFIX, () -> route(exchange, rpc, request, key));
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
        long number = parts.transactions().nextNumber();
        IntentLedger.Opened opened;
        try {
            opened = parts.intents().create(key, number);
        } catch (RepositoryExistsException e) {
            if (rpc.creation() != Creation.CREATE_OR_UPDATE) {
                throw e;
            }
            return placements.find(key).isPresent()
                    ? writes.route(exchange, rpc, request, key, PREFIX)
                    : () -> exchange.fail(Failures.BEING_CREATED);
        }
        var plan = new WritePlan(
                number,
                rpc,
                opened.repository(),
                key,
                ReplicaPaths.of(opened.repository(), key.relativePath()),
                route.additionalPath(),
                new Generation(0),
                route.primary(),
                route.secondaries(),
                route.lagging(),
                VoteFamilies.disagreeOnPreparing(
                        view.get(), key.virtualStorage(), route.primary(), route.secondaries()),
                true,
                route.assign());
        var intent = WriteIntent.of(plan, parts, exchange).alreadyOpened(opened.intent());
        return () -> VotedWrite.send(parts, exchange, request, plan, intent, null);
    }
}
