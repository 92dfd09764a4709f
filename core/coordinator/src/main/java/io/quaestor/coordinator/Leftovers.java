package io.quaestor.coordinator;

import io.quaestor.catalogue.RepositoryMessage;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.DatastoreException;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes what a creation that failed, or that lost a race, left on nodes, so that no phantom remains (RT 11.6, 11.9).
/// Nobody knows the path, so nobody is hurt; what fails is only logged.
///
/// **Threads:** virtual threads. **Blocking:** until all nodes have answered, or for the limit.
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private static final String REMOVE = "gitaly.RepositoryService/RemoveRepository";

    /// As for removals (RT 1.11).
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final NodeRound nodes;
    private final Supplier<Datastore> datastore;

    Leftovers(NodeRound nodes, Supplier<Datastore> datastore) {
        this.nodes = nodes;
        this.datastore = datastore;
    }

    /// Removes what a creation left that was refused when it should have been recorded; unless it was recorded all the
    /// same, by an earlier try whose outcome was in doubt.
    void removeUnlessKnown(WritePlan plan, String correlationId) {
        try {
            if (datastore.get().placements().find(plan.id()).isEmpty()) {
                remove(plan, correlationId);
            }
        } catch (DatastoreException e) {
            LOG.warn("files of a creation that was refused may be left: {}", e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Removes what a creation left that was not recorded.
    void remove(WritePlan plan, String correlationId) {
        var headers = NodeRound.headers(correlationId);
        var destinations = plan.nodes().stream()
                .map(node -> new Destination(
                        node,
                        RepositoryMessage.of(node.storage().value(), plan.path().value()),
                        headers))
                .toList();
        try {
            for (var failed : nodes.call(REMOVE, destinations, LIMIT)) {
                LOG.atInfo()
                        .addKeyValue("virtual_storage", plan.key().virtualStorage().name())
                        .addKeyValue("relative_path", plan.key().relativePath())
                        .addKeyValue("storage", failed.node().storage().value())
                        .log("nothing was removed after a creation that failed: {}", failed.reason().getMessage());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
