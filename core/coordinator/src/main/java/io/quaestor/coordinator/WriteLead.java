package io.quaestor.coordinator;

import io.quaestor.catalogue.Rpc;
import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.routing.ClusterView;
import io.quaestor.routing.Refusal;
import io.quaestor.routing.Route;
import io.quaestor.routing.Router;
import io.quaestor.routing.VoteFamilies;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryKey;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Leads writes to known repositories: finds their way, and sends a [VotedWrite] on it.
final class WriteLead {

    static final String PREFIX = "mutator call: route repository mutator: ";

    private final Supplier<ClusterView> view;
    private final PlacementReader placements;
    private final WritingParts parts;

    WriteLead(Supplier<ClusterView> view, PlacementReader placements, WritingParts parts) {
        this.view = view;
        this.placements = placements;
        this.parts = parts;
    }

    /// @param prefix what is being done, for the text of a failure
    void lead(Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key, String prefix) {
        parts.background().lead(exchange, prefix, () -> route(exchange, rpc, request, key, prefix));
    }

    /// Finds the way of a write. **Threads:** virtual thread.
    ///
    /// @return what is to be done on the event loop
    Runnable route(Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key, String prefix)
            throws InterruptedException {
        var turn = turn(rpc, key);
        Runnable next = null;
        try {
            next = route(exchange, rpc, request, key, prefix, turn);
        } finally {
            if (next == null && turn != null) {
                turn.run();
            }
        }
        return next;
    }

    /// Where no vote says when nodes are about to lock things, the turn is taken before they are asked.
    private @Nullable Runnable turn(Rpc rpc, RepositoryKey key) throws InterruptedException {
        if (rpc.hooks() || !parts.settings().serialized().contains(key.virtualStorage())) {
            return null;
        }
        var repository = placements.find(key).map(Placement::id);
        return repository.isEmpty()
                ? null
                : parts.turns().await(repository.get(), parts.transactions().nextNumber());
    }

    private Runnable route(
            Exchange exchange,
            Rpc rpc,
            RepositoryRequest request,
            RepositoryKey key,
            String prefix,
            @Nullable Runnable turn)
            throws InterruptedException {
        var placement = placements.withPrimary(key);
        if (placement.isEmpty()) {
            return refuse(exchange, Refusal.REPOSITORY_UNKNOWN, prefix, turn);
        }
        var additional = Optional.<ReplicaPath>empty();
        if (request.additionalRelativePath().isPresent()) {
            var other = new RepositoryKey(
                    key.virtualStorage(), request.additionalRelativePath().get());
            additional = placements.find(other).map(Placement::path);
            if (additional.isEmpty()) {
                return refuse(
                        exchange,
                        Refusal.ADDITIONAL_REPOSITORY_UNKNOWN,
                        prefix + "resolve additional replica path: ",
                        turn);
            }
        }
        return switch (Router.write(view.get(), placement.get(), additional)) {
            case Route.Write write -> prepare(exchange, rpc, request, write, placement.get(), turn);
            case Route.Refused refused -> refuse(exchange, refused.reason(), prefix, turn);
            case Route.Read _, Route.Create _, Route.Maintenance _, Route.Storage _ ->
                throw new IllegalStateException("not a route for a write");
        };
    }

    private Runnable refuse(Exchange exchange, Refusal reason, String prefix, @Nullable Runnable turn) {
        if (turn != null) {
            turn.run();
        }
        return refuse(exchange, reason, prefix);
    }

    static Runnable refuse(Exchange exchange, Refusal reason, String prefix) {
        return () -> exchange.fail(Failures.of(reason, prefix));
    }

    private Runnable prepare(
            Exchange exchange,
            Rpc rpc,
            RepositoryRequest request,
            Route.Write route,
            Placement placement,
            @Nullable Runnable turn)
            throws InterruptedException {
        var plan = new WritePlan(
                parts.transactions().nextNumber(),
                rpc,
                route.id(),
                route.key(),
                route.path(),
                route.additionalPath(),
                placement.generation(),
                route.primary(),
                route.secondaries(),
                route.lagging(),
                VoteFamilies.disagreeOnPreparing(
                        view.get(), route.key().virtualStorage(), route.primary(), route.secondaries()),
                false,
                false);
        var intent = WriteIntent.of(plan, parts, exchange);
        if (plan.writesOutsideVotes()) { // durable before anything leaves
            intent.alreadyOpened(parts.intents()
                    .open(plan.id(), plan.key(), plan.expected(), plan.number())
                    .intent());
        }
        return () -> VotedWrite.send(parts, exchange, request, plan, intent, turn);
    }
}
