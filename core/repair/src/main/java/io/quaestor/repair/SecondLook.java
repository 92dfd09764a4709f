package io.quaestor.repair;

import io.quaestor.admin.HealthCode;
import io.quaestor.repair.JobEnd.Done;
import io.quaestor.repair.JobEnd.Failed;
import io.quaestor.repair.JobEnd.NotNow;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.replication.NodeCallException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Looks again before a replica is believed to be missing, or to be there, on the word of another.
///
/// **Threads:** virtual threads; may block.
final class SecondLook {

    private static final Logger LOG = LoggerFactory.getLogger(SecondLook.class);

    /// As long as a removal waits for a node (RT 12.4).
    private static final Duration CHECK_LIMIT = Duration.ofSeconds(10);

    private final RepairParts parts;
    private final ReentrantLock lock = new ReentrantLock();
    private final Doubts missing = new Doubts();

    SecondLook(RepairParts parts) {
        this.parts = parts;
    }

    /// The target of a copy said that its source has no repository. Its record is forgotten only if the source says so
    /// itself; the record of the last good copy, only if it says so twice.
    JobEnd take(ReplicationJob job, NodeId source, String reason) throws InterruptedException {
        var repository = job.job().repository();
        var found = parts.datastore().get().placements().find(repository); // it may have changed during the copy
        if (found.isEmpty()) {
            return new Done("the repository was removed meanwhile");
        }
        var placement = found.get();
        try {
            if (parts.check().exists(source, placement.path(), CHECK_LIMIT)) {
                found(job, source);
                return new Failed("the target says that " + source + " has no such repository, but it has: " + reason);
            }
        } catch (NodeCallException e) {
            return new Failed("the target says that " + source + " has no such repository, and it cannot be asked: "
                    + e.getMessage());
        }
        boolean last = placement.upToDate().stream().allMatch(source.storage()::equals);
        return switch (ask(job, source, last)) {
            case LOOK_AGAIN -> new NotNow(source + " does not have the last good copy; it is asked again");
            case TOO_MANY -> {
                line(job, source).log("too many replicas are missing on one node, so their records are kept");
                yield new Failed("too many replicas are missing on " + source);
            }
            case BELIEVE -> {
                parts.datastore().get().repositories().removeInvalidReplica(repository, source.storage());
                line(job, source).log("invalid repository record removed");
                yield last
                        ? new Done("the record of the invalid source " + source + " was removed")
                        : new NotNow("the record of the invalid source " + source + " was removed; another is next");
            }
        };
    }

    /// What a node says about its own replica.
    enum Says {
        THERE,
        GONE,
        SILENT
    }

    Says says(NodeId node, ReplicaPath path) throws InterruptedException {
        try {
            return parts.check().exists(node, path, CHECK_LIMIT) ? Says.THERE : Says.GONE;
        } catch (NodeCallException e) {
            LOG.atInfo().addKeyValue("node", node).addKeyValue("error", e.getMessage()).log("a node does not say");
            return Says.SILENT;
        }
    }

    /// Whether one of the nodes itself says that it has the repository. One that cannot be asked does not count.
    boolean anyHas(List<NodeId> nodes, ReplicaPath path) throws InterruptedException {
        for (var node : nodes) {
            if (says(node, path) == Says.THERE) {
                return true;
            }
        }
        return false;
    }

    private Doubts.Answer ask(ReplicationJob job, NodeId source, boolean last) {
        lock.lock();
        try {
            return missing.ask(
                    source, job.job().repository(), last, parts.clock().nanos());
        } finally {
            lock.unlock();
        }
    }

    private void found(ReplicationJob job, NodeId source) {
        lock.lock();
        try {
            missing.found(source, job.job().repository());
        } finally {
            lock.unlock();
        }
    }

    private static LoggingEventBuilder line(ReplicationJob job, NodeId source) {
        return JobLog.with(LOG.atWarn(), job)
                .addKeyValue(HealthCode.KEY, HealthCode.REPLICA_MISSING)
                .addKeyValue("storage", source.storage());
    }
}
