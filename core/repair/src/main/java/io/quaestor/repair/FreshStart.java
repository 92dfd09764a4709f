package io.quaestor.repair;

import io.quaestor.admin.HealthCode;
import io.quaestor.repair.JobEnd.Done;
import io.quaestor.repair.JobEnd.Failed;
import io.quaestor.repair.JobEnd.HandedBack;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.threads.TimeLimitException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes replicas that are in the way of their own repair, and forgets them: then they are copied as if they had never
/// been there.
///
/// Only an outdated replica is removed, whose source is up to date and says itself that it has the repository; only if the
/// target has said twice, with some time between, that what it has is in the way; and only a few on one node in a while
/// (see [Doubts]).
///
/// **Threads:** virtual threads; may block.
final class FreshStart {

    private static final Logger LOG = LoggerFactory.getLogger(FreshStart.class);

    private final RepairParts parts;
    private final SecondLook secondLook;
    private final Remover remover;
    private final ReentrantLock lock = new ReentrantLock();
    private final Doubts doubts = new Doubts();

    FreshStart(RepairParts parts, SecondLook secondLook, Remover remover) {
        this.parts = parts;
        this.secondLook = secondLook;
        this.remover = remover;
    }

    /// The target said that what it has is in the way of a copy from the source.
    JobEnd take(ReplicationJob job, NodeId source, String reason)
            throws NodeCallException, TimeLimitException, InterruptedException {
        var repository = job.job().repository();
        var target = JobRunner.target(job);
        var found = parts.datastore().get().placements().find(repository); // it may have changed during the copy
        if (found.isEmpty()) {
            return new Done("the repository was removed meanwhile");
        }
        var placement = found.get();
        if (!mayBeRemoved(placement, target.storage(), source.storage())
                || !secondLook.anyHas(List.of(source), placement.path())) {
            return new Failed(reason);
        }
        return switch (ask(job, target)) {
            case LOOK_AGAIN -> new Failed(reason);
            case TOO_MANY -> {
                JobLog.with(LOG.atWarn(), job)
                        .addKeyValue(HealthCode.KEY, HealthCode.REPLICA_OUTDATED)
                        .addKeyValue("reason", reason)
                        .log("too many replicas of one node cannot be repaired, so this one is kept");
                yield new Failed(reason);
            }
            case BELIEVE -> {
                JobLog.with(LOG.atWarn(), job)
                        .addKeyValue(HealthCode.KEY, HealthCode.REPLICA_OUTDATED)
                        .addKeyValue("reason", reason)
                        .log("a replica that cannot be repaired is removed, and copied anew");
                remover.replica(job, placement.path());
                yield new HandedBack("the replica was removed, and is copied anew");
            }
        };
    }

    private static boolean mayBeRemoved(Placement placement, StorageName target, StorageName source) {
        return placement.suspect().isEmpty()
                && placement.upToDate().contains(source)
                && placement
                        .replica(target)
                        .filter(r -> r.assigned() && r.generation().isRecorded() && !placement.hasGeneration(r))
                        .isPresent();
    }

    private Doubts.Answer ask(ReplicationJob job, NodeId target) {
        lock.lock();
        try {
            return doubts.ask(target, job.job().repository(), true, parts.clock().nanos());
        } finally {
            lock.unlock();
        }
    }
}
