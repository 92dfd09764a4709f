package io.quaestor.coordinator;

import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.catalogue.Rpc;
import io.quaestor.catalogue.StorageRequest;
import io.quaestor.routing.ClusterView;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes repositories and object pools (RT 1.11): what is known of them first, then the files, on all nodes at once.
///
/// **Threads:** begins on the event loop of the call; what blocks goes on in virtual threads.
final class Removals {

    private static final Logger LOG = LoggerFactory.getLogger(Removals.class);
    private static final byte[] EMPTY = {};

    /// How long nodes may take to remove a repository (RT 1.11).
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /// How long nodes may take to remove all they have. Praefect has no limit but the client's, which comes first here
    /// too where it is shorter.
    private static final Duration LIMIT_FOR_ALL = Duration.ofMinutes(10);

    private final Supplier<Datastore> datastore;
    private final Supplier<ClusterView> view;
    private final PlacementCache cache;
    private final Background background;
    private final NodeRound nodes;

    Removals(CoordinatorParts parts, PlacementCache cache, Background background) {
        this.datastore = parts.datastore();
        this.view = parts.view();
        this.cache = cache;
        this.background = background;
        this.nodes = new NodeRound(parts.nodes(), parts.threads());
    }

    /// Leads the removal of a repository that should be known.
    void repository(Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key) {
        remove(
                exchange,
                rpc,
                request,
                key,
                () -> exchange.fail(Failures.NOTHING_TO_REMOVE));
    }

    /// Leads the removal of an object pool. One that is not known is removed already.
    void pool(Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key) {
        remove(exchange, rpc, request, key, () -> exchange.answer(EMPTY));
    }

    private void remove(
            Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key, Runnable ifUnknown) {
        background.lead(exchange, "delete repository: ", () -> {
            var removed = forget(key);
            if (removed.isEmpty()) {
                return ifUnknown;
            }
            removeFiles(exchange, rpc, request, removed.get());
            return () -> exchange.answer(EMPTY);
        });
    }

    private Optional<Placement> forget(RepositoryKey key) throws InterruptedException {
        try {
            return datastore.get().repositories().remove(key);
        } finally {
            cache.changed(key); // also if it is not known whether it is gone
        }
    }

    /// Removes the replicas from their nodes. What fails is only logged: the repository is gone already.
    private void removeFiles(Exchange exchange, Rpc rpc, RepositoryRequest request, Placement placement)
            throws InterruptedException {
        var virtualStorage = placement.key().virtualStorage();
        var configured = configured(virtualStorage);
        var headers = NodeRound.headers(exchange.correlationId());
        var destinations = placement.replicas().stream()
                .filter(replica -> replica.generation().isRecorded() && configured.contains(replica.storage()))
                .map(replica -> new Destination(
                        new NodeId(virtualStorage, replica.storage()),
                        request.rewrittenFor(
                                replica.storage().value(), placement.path().value()),
                        headers))
                .toList();
        for (var failed : nodes.call(rpc.fullMethodName(), destinations, LIMIT)) {
            LOG.atWarn()
                    .addKeyValue("virtual_storage", virtualStorage.name())
                    .addKeyValue("relative_path", placement.key().relativePath())
                    .addKeyValue("storage", failed.node().storage().value())
                    .log("failed deleting repository: {}", failed.reason().getMessage());
        }
    }

    /// Leads the removal of everything in a virtual storage; nothing happens if that is unknown. All nodes are asked,
    /// reached or not, and the first failure in the order of the configuration is told.
    void everything(Exchange exchange, Rpc rpc, StorageRequest request) {
        var virtualStorage = new VirtualStorage(request.storage());
        background.lead(exchange, "delete all db repositories: ", () -> {
            forgetAll(virtualStorage);
            var headers = NodeRound.headers(exchange.correlationId());
            var destinations = configured(virtualStorage).stream()
                    .map(storage -> new Destination(
                            new NodeId(virtualStorage, storage), request.rewrittenFor(storage.value()), headers))
                    .toList();
            var failed = nodes.call(rpc.fullMethodName(), destinations, LIMIT_FOR_ALL);
            return failed.isEmpty()
                    ? () -> exchange.answer(EMPTY)
                    : () -> exchange.fail(Failures.of(failed.getFirst().reason()));
        });
    }

    private void forgetAll(VirtualStorage virtualStorage) throws InterruptedException {
        try {
            datastore.get().repositories().removeAll(virtualStorage);
        } finally {
            cache.allChanged(); // also if it is not known what is gone
        }
    }

    private List<StorageName> configured(VirtualStorage virtualStorage) {
        var group = view.get().groups().get(virtualStorage);
        return group == null ? List.of() : group.storages();
    }
}
