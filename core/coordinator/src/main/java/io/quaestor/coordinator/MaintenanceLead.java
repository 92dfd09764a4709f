package io.quaestor.coordinator;

import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.routing.ClusterView;
import io.quaestor.routing.Refusal;
import io.quaestor.routing.Route;
import io.quaestor.routing.Router;
import io.quaestor.spi.model.RepositoryKey;
import java.util.List;
import java.util.function.Supplier;

/// Leads maintenance: every replica that is reached, best effort, no record (RT 1.9). Unlike Praefect, a node that fails
/// does not cut off the others (RT 11.4).
///
/// **Threads:** begins on the event loop of the call; what blocks goes on in virtual threads.
final class MaintenanceLead {

    private static final String PREFIX = "routing repository maintenance: ";

    private final Supplier<ClusterView> view;
    private final PlacementReader placements;
    private final Background background;

    MaintenanceLead(Supplier<ClusterView> view, PlacementReader placements, Background background) {
        this.view = view;
        this.placements = placements;
        this.background = background;
    }

    void lead(Exchange exchange, RepositoryRequest request, RepositoryKey key) {
        background.lead(exchange, PREFIX, () -> {
            var placement = placements.find(key);
            if (placement.isEmpty()) {
                return WriteLead.refuse(exchange, Refusal.REPOSITORY_UNKNOWN, PREFIX);
            }
            return switch (Router.maintenance(view.get(), placement.get())) {
                case Route.Maintenance route -> () -> exchange.forward(new MaintenanceForwarding(request, route));
                case Route.Refused refused -> WriteLead.refuse(exchange, refused.reason(), PREFIX);
                case Route.Read _, Route.Write _, Route.Create _, Route.Storage _ ->
                    throw new IllegalStateException("not a route for maintenance");
            };
        });
    }

    private static final class MaintenanceForwarding implements Forwarding {

        private final List<Destination> destinations;

        MaintenanceForwarding(RepositoryRequest request, Route.Maintenance route) {
            destinations = route.nodes().stream()
                    .map(n -> new Destination(
                            n, request.rewrittenFor(n.storage().value(), route.path().value())))
                    .toList();
        }

        @Override
        public List<Destination> destinations() {
            return destinations;
        }

        @Override
        public void ended(List<DestinationEnd> ends, Completion completion) {
            for (var end : ends) {
                if (!end.isOk()) {
                    completion.fail(new Failure(end.status(), end.text())); // the first one in the order of the route
                    return;
                }
            }
            completion.pass();
        }
    }
}
