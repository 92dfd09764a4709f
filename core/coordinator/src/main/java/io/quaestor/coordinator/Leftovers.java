package io.quaestor.coordinator;

import io.quaestor.catalogue.RepositoryMessage;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    private final NodeRound nodes;

    Leftovers(NodeRound nodes) {
        this.nodes = nodes;
    }

    void remove(List<NodeId> where, ReplicaPath path, RepositoryKey key, String correlationId) {
        var headers = Map.of("x-gitlab-correlation-id", correlationId);
        var destinations = where.stream()
                .map(node -> new Destination(
                        node, RepositoryMessage.of(node.storage().value(), path.value()), headers))
                .toList();
        try {
            for (var failed : nodes.call(REMOVE, destinations, LIMIT)) {
                LOG.atInfo()
                        .addKeyValue("virtual_storage", key.virtualStorage().name())
                        .addKeyValue("relative_path", key.relativePath())
                        .addKeyValue("storage", failed.node().storage().value())
                        .log("nothing was removed after a creation that failed: {}", failed.reason().getMessage());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
