package io.quaestor.coordinator;

import io.quaestor.catalogue.Operation;
import io.quaestor.catalogue.Rpc;
import io.quaestor.catalogue.Scope;
import io.quaestor.catalogue.StorageRequest;
import io.quaestor.routing.ClusterView;
import io.quaestor.routing.Route;
import io.quaestor.routing.Router;
import io.quaestor.spi.model.VirtualStorage;
import java.util.List;
import java.util.function.Supplier;

/// Leads RPCs about a whole virtual storage: reads go to any node (RT 1.10).
///
/// **Threads:** the event loop of the call. **Blocking:** never.
final class StorageLead {

    private final Supplier<ClusterView> view;
    private final Seeds seeds;

    StorageLead(Supplier<ClusterView> view, Seeds seeds) {
        this.view = view;
        this.seeds = seeds;
    }

    void lead(Exchange exchange, Rpc rpc, StorageRequest request) {
        if (rpc.scope() != Scope.STORAGE || rpc.operation() != Operation.ACCESSOR) {
            exchange.fail(Failures.notForAVirtualStorage(rpc));
            return;
        }
        switch (Router.storage(view.get(), new VirtualStorage(request.storage()), seeds.next())) {
            case Route.Storage route -> {
                var bytes = request.rewrittenFor(route.node().storage().value());
                exchange.forward(new StorageForwarding(List.of(new Destination(route.node(), bytes))));
            }
            case Route.Refused refused ->
                exchange.fail(Failures.of(
                        refused.reason(),
                        "accessor storage scoped: route storage accessor \"" + request.storage() + "\": "));
            case Route.Read _, Route.Write _, Route.Create _, Route.Maintenance _ ->
                throw new IllegalStateException("not a route for a storage");
        }
    }

    private record StorageForwarding(List<Destination> destinations) implements Forwarding {

        @Override
        public void ended(List<DestinationEnd> ends, Completion completion) {
            completion.pass();
        }
    }
}
