package io.quaestor.coordinator;

import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.routing.ClusterView;
import io.quaestor.routing.Refusal;
import io.quaestor.routing.Route;
import io.quaestor.routing.Router;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.transaction.WriteAttempt;
import io.quaestor.transaction.WriteOutcome;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Leads writes to known repositories: to the primary, and its record before the client hears of it.
final class WriteLead {

    static final String PREFIX = "mutator call: route repository mutator: ";

    private final Supplier<ClusterView> view;
    private final PlacementReader placements;
    private final Background background;
    private final WriteRecorder recorder;

    WriteLead(
            Supplier<ClusterView> view, PlacementReader placements, Background background, WriteRecorder recorder) {
        this.view = view;
        this.placements = placements;
        this.background = background;
        this.recorder = recorder;
    }

    /// @param prefix what is being done, for the text of a failure
    void lead(Exchange exchange, RepositoryRequest request, RepositoryKey key, String prefix) {
        background.lead(exchange, prefix, () -> route(exchange, request, key, prefix));
    }

    /// Finds the way of a write. **Threads:** virtual thread.
    ///
    /// @return what is to be done on the event loop
    Runnable route(Exchange exchange, RepositoryRequest request, RepositoryKey key, String prefix)
            throws InterruptedException {
        var placement = placements.withPrimary(key);
        if (placement.isEmpty()) {
            return refuse(exchange, Refusal.REPOSITORY_UNKNOWN, prefix);
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
                        prefix + "resolve additional replica path: ");
            }
        }
        return switch (Router.write(view.get(), placement.get(), additional)) {
            case Route.Write write -> () -> exchange.forward(new WriteForwarding(exchange, request, write));
            case Route.Refused refused -> refuse(exchange, refused.reason(), prefix);
            case Route.Read _, Route.Create _, Route.Maintenance _, Route.Storage _ ->
                throw new IllegalStateException("not a route for a write");
        };
    }

    static Runnable refuse(Exchange exchange, Refusal reason, String prefix) {
        return () -> exchange.fail(Failures.of(reason, prefix));
    }

    /// A write on its way to its primary.
    private final class WriteForwarding implements Forwarding {

        private final Route.Write route;
        private final String correlationId;
        private final List<Destination> destinations;

        WriteForwarding(Exchange exchange, RepositoryRequest request, Route.Write route) {
            this.route = route;
            this.correlationId = exchange.correlationId();
            var node = new NodeId(route.key().virtualStorage(), route.primary());
            var bytes = request.rewrittenFor(
                    route.primary().value(),
                    route.path().value(),
                    route.additionalPath().map(ReplicaPath::value).orElse(""));
            this.destinations = List.of(new Destination(node, bytes));
        }

        @Override
        public List<Destination> destinations() {
            return destinations;
        }

        @Override
        public void ended(List<DestinationEnd> ends, Completion completion) {
            var attempt = new WriteAttempt(
                    route.primary(), Ends.of(ends.getFirst()), route.secondaries(), route.lagging(), false);
            switch (WriteOutcome.of(attempt)) {
                case WriteOutcome.Unchanged _ -> completion.pass();
                case WriteOutcome.Changed changed ->
                    recorder.record(
                            new WriteRecord.Update(
                                    route.id(),
                                    route.key(),
                                    route.primary(),
                                    changed.upToDate(),
                                    changed.outdated(),
                                    correlationId),
                            completion);
            }
        }
    }
}
