package io.quaestor.coordinator;

import io.quaestor.catalogue.RepositoryMessage;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes what a creation that failed left on nodes, so that no phantom remains (RT 11.6, 11.9). Nobody knows the path,
/// so nobody is hurt; what fails is only logged.
///
/// **Threads:** virtual threads. **Blocking:** until all nodes have answered, or for the limit.
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private static final String REMOVE = "gitaly.RepositoryService/RemoveRepository";

    /// As for removals (RT 1.11).
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final NodeCalls calls;
    private final ThreadFactory threads;

    Leftovers(NodeCalls calls, ThreadFactory threads) {
        this.calls = calls;
        this.threads = threads;
    }

    void remove(List<NodeId> nodes, ReplicaPath path, RepositoryKey key, String correlationId) {
        var removals = nodes.stream()
                .map(node -> threads.newThread(() -> remove(node, path, key, correlationId)))
                .toList();
        removals.forEach(Thread::start);
        try {
            for (var removal : removals) {
                removal.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void remove(NodeId node, ReplicaPath path, RepositoryKey key, String correlationId) {
        try {
            calls.unary(
                    node,
                    REMOVE,
                    RepositoryMessage.of(node.storage().value(), path.value()),
                    Map.of("x-gitlab-correlation-id", correlationId),
                    LIMIT);
        } catch (NodeCallException | InterruptedException e) {
            LOG.atInfo()
                    .addKeyValue("virtual_storage", node.virtualStorage().name())
                    .addKeyValue("relative_path", key.relativePath())
                    .addKeyValue("storage", node.storage().value())
                    .log("nothing was removed after a creation that failed: {}", String.valueOf(e.getMessage()));
        }
    }
}
