package io.quaestor.repair;

import io.quaestor.catalogue.RepositoryMessage;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Settlement;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.replication.NodeCallException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the nodes for the checksums of a repository's references, and says whose content counts: the primary's, or if
/// its node does not answer, that which most others have. All of them have every write that was answered, so any may be
/// chosen; what is chosen must then be everywhere.
///
/// **Threads:** virtual threads. **Blocking:** until all nodes have answered, or for the limit.
final class ReplicaComparison {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaComparison.class);

    private static final String CHECKSUM = "gitaly.RepositoryService/CalculateChecksum";

    /// Writes to the repository are held meanwhile.
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final RepairParts parts;

    ReplicaComparison(RepairParts parts) {
        this.parts = parts;
    }

    /// @return empty if no node could be asked
    Optional<Settlement> of(Placement placement, String correlationId) throws InterruptedException {
        var checksums = checksums(placement, correlationId);
        var reference = placement.primary().filter(checksums::containsKey).or(() -> mostCommon(checksums));
        if (reference.isEmpty()) {
            return Optional.empty();
        }
        var right = checksums.get(reference.get());
        var equal = new LinkedHashSet<StorageName>();
        checksums.forEach((storage, checksum) -> {
            if (checksum.equals(right)) {
                equal.add(storage);
            }
        });
        var different = new LinkedHashSet<StorageName>();
        for (var replica : placement.replicas()) {
            if (replica.assigned() && !equal.contains(replica.storage())) {
                different.add(replica.storage());
            }
        }
        return Optional.of(new Settlement(
                placement.id(), placement.key(), reference.get(), equal, different, correlationId));
    }

    /// Of those replicas that could be up to date, in their order.
    private Map<StorageName, ByteBuffer> checksums(Placement placement, String correlationId)
            throws InterruptedException {
        var reached = parts.reached().get();
        var asked = new LinkedHashMap<StorageName, FutureTask<Optional<ByteBuffer>>>();
        for (var replica : placement.replicas()) {
            var node = new NodeId(placement.key().virtualStorage(), replica.storage());
            if (placement.hasGeneration(replica) && replica.configured() && reached.contains(node)) {
                var question = new FutureTask<>(() -> ask(placement, node, correlationId));
                asked.put(replica.storage(), question);
                parts.threads().newThread(question).start();
            }
        }
        var answers = new LinkedHashMap<StorageName, ByteBuffer>();
        for (var question : asked.entrySet()) {
            answer(question.getValue()).ifPresent(checksum -> answers.put(question.getKey(), checksum));
        }
        return answers;
    }

    private static Optional<ByteBuffer> answer(FutureTask<Optional<ByteBuffer>> question) throws InterruptedException {
        try {
            return question.get();
        } catch (ExecutionException e) {
            LOG.error("asking a replica failed by a defect", e.getCause());
            return Optional.empty();
        }
    }

    private Optional<ByteBuffer> ask(Placement placement, NodeId node, String correlationId)
            throws InterruptedException {
        var storage = node.storage().value();
        try {
            var answer = parts.nodes()
                    .unary(
                            node,
                            CHECKSUM,
                            RepositoryMessage.of(storage, placement.path().value()),
                            Map.of("x-gitlab-correlation-id", correlationId),
                            LIMIT);
            return Optional.of(ByteBuffer.wrap(answer));
        } catch (NodeCallException e) {
            LOG.atWarn()
                    .addKeyValue("storage", storage)
                    .addKeyValue("relative_path", placement.key().relativePath())
                    .log("a replica could not be compared: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /// The first of those that agree with most others.
    private static Optional<StorageName> mostCommon(Map<StorageName, ByteBuffer> checksums) {
        StorageName best = null;
        int most = 0;
        for (var candidate : checksums.entrySet()) {
            int count = 0;
            for (var other : checksums.values()) {
                if (other.equals(candidate.getValue())) {
                    count++;
                }
            }
            if (count > most) {
                best = candidate.getKey();
                most = count;
            }
        }
        return Optional.ofNullable(best);
    }
}
