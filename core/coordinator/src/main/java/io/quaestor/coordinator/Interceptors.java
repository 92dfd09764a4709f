package io.quaestor.coordinator;

import io.quaestor.catalogue.Releases;
import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.catalogue.Rpc;
import io.quaestor.routing.ClusterView;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// RPCs about a repository that the proxy answers itself (RT 1.11): what exists is known here, and a removal is one.
///
/// Object pools are not handled here yet: `GetObjectPool` and `DeleteObjectPool` are refused.
final class Interceptors {

    private static final Logger LOG = LoggerFactory.getLogger(Interceptors.class);

    /// `RepositoryExistsResponse` with its field `exists` (1) set, and without.
    private static final byte[] EXISTS = {8, 1};

    private static final byte[] EMPTY = {};

    /// How long nodes may take to remove a repository (RT 1.11).
    private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(10);

    private final Supplier<Datastore> datastore;
    private final NodeCalls nodes;
    private final Supplier<ClusterView> view;
    private final PlacementCache cache;
    private final Background background;
    private final ThreadFactory threads;

    Interceptors(
            Supplier<Datastore> datastore,
            NodeCalls nodes,
            Supplier<ClusterView> view,
            PlacementCache cache,
            Background background,
            ThreadFactory threads) {
        this.datastore = datastore;
        this.nodes = nodes;
        this.view = view;
        this.cache = cache;
        this.background = background;
        this.threads = threads;
    }

    /// @return `false` if the RPC is to be forwarded
    boolean lead(Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key) {
        if (rpc.interceptedIn() == Releases.NEITHER) {
            return false;
        }
        switch (rpc.method()) {
            case "RepositoryExists" -> exists(exchange, key);
            case "RemoveRepository" -> remove(exchange, rpc, request, key);
            case "ReplicateRepository" -> {
                return false; // a write like others; the catalogue clears the field that asks for object pools
            }
            default ->
                exchange.fail(new Failure(
                        StatusCode.UNIMPLEMENTED,
                        rpc.fullMethodName() + " is not answered by this release of the proxy"));
        }
        return true;
    }

    private void exists(Exchange exchange, RepositoryKey key) {
        background.lead(exchange, "repository exists: ", () -> {
            byte[] answer = datastore.get().repositories().exists(key) ? EXISTS : EMPTY;
            return () -> exchange.answer(answer);
        });
    }

    private void remove(Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key) {
        background.lead(exchange, "delete repository: ", () -> {
            var removed = forget(key);
            if (removed.isEmpty()) {
                return () -> exchange.fail(new Failure(StatusCode.NOT_FOUND, "repository does not exist"));
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

    /// Removes the replicas from their nodes, all at once. What fails is only logged: the repository is gone already.
    private void removeFiles(Exchange exchange, Rpc rpc, RepositoryRequest request, Placement placement)
            throws InterruptedException {
        var group = view.get().groups().get(placement.key().virtualStorage());
        var headers = Map.of("x-gitlab-correlation-id", exchange.correlationId());
        var removals = new ArrayList<Thread>();
        for (var replica : placement.replicas()) {
            if (!replica.generation().isRecorded() || group == null || !group.storages().contains(replica.storage())) {
                continue;
            }
            var node = new NodeId(placement.key().virtualStorage(), replica.storage());
            var bytes = request.rewrittenFor(
                    replica.storage().value(), placement.path().value());
            var thread = threads.newThread(() -> {
                try {
                    nodes.unary(node, rpc.fullMethodName(), bytes, headers, REMOVAL_LIMIT);
                } catch (NodeCallException | InterruptedException e) {
                    LOG.atWarn()
                            .addKeyValue("virtual_storage", node.virtualStorage().name())
                            .addKeyValue("relative_path", placement.key().relativePath())
                            .addKeyValue("storage", node.storage().value())
                            .log("failed deleting repository: {}", String.valueOf(e.getMessage()));
                }
            });
            thread.start();
            removals.add(thread);
        }
        for (var thread : removals) {
            thread.join();
        }
    }
}
