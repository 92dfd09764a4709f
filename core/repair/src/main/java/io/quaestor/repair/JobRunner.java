package io.quaestor.repair;

import io.quaestor.admin.HealthCode;
import io.quaestor.repair.JobEnd.Done;
import io.quaestor.repair.JobEnd.Dropped;
import io.quaestor.repair.JobEnd.Failed;
import io.quaestor.repair.JobEnd.HandedBack;
import io.quaestor.repair.JobEnd.NotNow;
import io.quaestor.spi.datastore.CopyRecord;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.datastore.RepositoryNotFoundException;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.replication.CopyTask;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.RemovalTask;
import io.quaestor.spi.replication.ReplicationResult;
import io.quaestor.threads.Crew;
import io.quaestor.threads.TimeLimitException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does one job, from its look at the datastore to the record of what was done (RT 6.4).
///
/// **Threads:** virtual threads; may block. Whatever goes wrong is an answer, not an exception.
final class JobRunner {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    /// A write takes some milliseconds from its permission to its record. While one is under way nobody knows which half of
    /// it the copy has; afterwards the generation tells.
    private static final int WRITE_LOOKS = 20;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private static final JobEnd UNKNOWN = new Dropped("the repository is not known any more");

    private final RepairSettings settings;
    private final RepairParts parts;
    private final Crew crew;
    private final DatastoreRetry retry;
    private final SecondLook secondLook;
    private final Remover remover;
    private final FreshStart freshStart;

    JobRunner(RepairSettings settings, RepairParts parts, Crew crew) {
        this.settings = settings;
        this.parts = parts;
        this.crew = crew;
        retry = new DatastoreRetry(parts);
        secondLook = new SecondLook(parts);
        remover = new Remover(parts, settings.removalLimit(), crew);
        freshStart = new FreshStart(parts, secondLook, remover);
    }

    /// Does it.
    ///
    /// @throws InterruptedException if the proxy stops; the job may be given back as if it had not been begun
    JobEnd run(ReplicationJob job) throws InterruptedException {
        return endOf(() -> begin(job));
    }

    /// What may go wrong.
    @FunctionalInterface
    private interface Attempt {

        JobEnd make() throws NodeCallException, TimeLimitException, InterruptedException;
    }

    private static JobEnd endOf(Attempt attempt) throws InterruptedException {
        try {
            return attempt.make();
        } catch (RepositoryNotFoundException _) {
            return UNKNOWN;
        } catch (DatastoreUnavailableException e) {
            return new NotNow("the datastore is not reached: " + e.getMessage());
        } catch (DatastoreException | NodeCallException | TimeLimitException e) {
            return new Failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) { // a transport is a plug-in, and the worker must outlive it
            LOG.error("a replication job failed by a defect", e);
            return new Failed(e.toString());
        }
    }

    private JobEnd begin(ReplicationJob job) throws NodeCallException, TimeLimitException, InterruptedException {
        var found = parts.datastore().get().placements().find(job.job().repository());
        if (found.isEmpty()) {
            return UNKNOWN;
        }
        if (found.get().suspect().isPresent()) { // for minutes: it rests, so that it is not taken again before others
            return new NotNow("a proxy died while the repository was written to, and its replicas are not compared yet");
        }
        return switch (job.job().change()) {
            case UPDATE -> update(job, found.get());
            case DELETE_REPLICA -> delete(job, found.get());
            case OTHER -> new Dropped("the kind of job is not known");
        };
    }

    private JobEnd update(ReplicationJob job, Placement placement)
            throws NodeCallException, TimeLimitException, InterruptedException {
        return switch (CopyPlan.of(job, placement, parts.reached().get(), parts.seed())) {
            case CopyPlan.UpToDate(var generation) ->
                new Done("the target has generation " + generation + " already");
            case CopyPlan.NotWanted _ -> new Dropped("the repository is not assigned to the target");
            case CopyPlan.NoSource _ -> new NotNow("no replica that is up to date is reached");
            case CopyPlan.Copy plan -> tidyCopy(job, placement, plan);
        };
    }

    /// Copies, and takes away what it began if the repository was removed meanwhile: whoever removed it may have come to
    /// the target before the copy did, and nobody looks there ever after. However the copy ended, its files may be there.
    private JobEnd tidyCopy(ReplicationJob job, Placement placement, CopyPlan.Copy plan)
            throws NodeCallException, TimeLimitException, InterruptedException {
        var end = endOf(() -> copy(job, placement, plan));
        // files that were there before the copy are not its own to take away
        if (end instanceof Done || plan.before().isRecorded() || mayBeKnown(job, placement)) {
            return end;
        }
        try {
            remover.files(new RemovalTask(target(job), placement.path(), job.job().correlationId()));
        } catch (NodeCallException | TimeLimitException e) { // the job went with the repository, so nobody tries again
            JobLog.with(LOG.atWarn(), job)
                    .addKeyValue("replica_path", placement.path().value())
                    .addKeyValue("error", e.getMessage())
                    .log("files of a copy whose repository was removed meanwhile may be left");
            throw e;
        }
        return new Done("the repository was removed meanwhile, and the copy with it");
    }

    private boolean mayBeKnown(ReplicationJob job, Placement placement) throws InterruptedException {
        try {
            return retry.ask(datastore -> datastore.placements().find(job.job().repository()))
                    .isPresent();
        } catch (DatastoreException e) {
            JobLog.with(LOG.atWarn(), job)
                    .addKeyValue("replica_path", placement.path().value())
                    .addKeyValue("error", e.getMessage())
                    .log("whether the repository of a copy was removed meanwhile is not known; files may be left");
            return true;
        }
    }

    private JobEnd copy(ReplicationJob job, Placement placement, CopyPlan.Copy plan)
            throws NodeCallException, TimeLimitException, InterruptedException {
        var source = new NodeId(placement.key().virtualStorage(), plan.source());
        var task = new CopyTask(
                source, target(job), placement.path(), job.job().correlationId());
        var transport = parts.transport().apply(placement.key().virtualStorage());
        ReplicationResult result;
        try {
            result = crew.within(settings.copyLimit(), () -> transport.copy(task, parts.nodes()));
        } catch (NodeCallException e) {
            if (parts.reached().get().containsAll(List.of(source, task.target()))) {
                throw e;
            }
            return new NotNow("one of the nodes was lost meanwhile: " + e.getMessage());
        }
        return switch (result) {
            case ReplicationResult.Copied _ -> record(job, plan);
            case ReplicationResult.Postponed(var reason) -> new NotNow(reason);
            case ReplicationResult.TargetUnfit(var reason) -> freshStart.take(job, source, reason);
            case ReplicationResult.SourceInvalid(var reason) -> secondLook.take(job, source, reason);
        };
    }

    /// Safe to repeat: a record that was made already is refused, and then found.
    private JobEnd record(ReplicationJob job, CopyPlan.Copy plan) throws InterruptedException {
        var copy = new CopyRecord(job.job().repository(), job.job().target(), plan.before(), plan.reached());
        var done = new Done("copied generation " + plan.reached() + " from " + plan.source());
        int looks = 0;
        while (true) {
            switch (retry.ask(datastore -> datastore.repositories().recordCopy(copy))) {
                case RECORDED -> {
                    return done;
                }
                case CHANGED -> {
                    return isRecorded(copy) ? done : new Failed("the replica changed while it was copied");
                }
                case WRITE_UNDER_WAY -> {
                    if (++looks == WRITE_LOOKS) {
                        return new HandedBack("the repository is being written to");
                    }
                    parts.clock().sleep(BETWEEN_LOOKS);
                }
            }
        }
    }

    private boolean isRecorded(CopyRecord copy) throws InterruptedException {
        return retry.ask(datastore -> datastore.placements().find(copy.repository()))
                .flatMap(p -> p.replica(copy.target()))
                .map(Replica::generation)
                .filter(g -> g.compareTo(copy.reached()) >= 0)
                .isPresent();
    }

    private JobEnd delete(ReplicationJob job, Placement placement)
            throws NodeCallException, TimeLimitException, InterruptedException {
        var storage = job.job().target();
        var objection = Deletion.objection(placement, storage, parts.reached().get());
        if (objection.isPresent()) {
            return refuseUnlessBegun(job, placement, objection.get());
        }
        if (!secondLook.anyHas(
                Deletion.witnesses(placement, storage, parts.reached().get()), placement.path())) {
            return refuseUnlessBegun(job, placement, "no other node confirms that it has the repository");
        }
        remover.replica(job, placement.path());
        return new Done("removed");
    }

    /// A try before this one may have removed the files and not the record; then the replica must not count any more.
    private JobEnd refuseUnlessBegun(ReplicationJob job, Placement placement, String objection)
            throws InterruptedException {
        return switch (secondLook.says(target(job), placement.path())) {
            case THERE -> refuse(job, objection);
            case GONE -> {
                remover.record(job);
                yield new Done("removed by an earlier try");
            }
            case SILENT -> new NotNow(objection + "; whether an earlier try has removed it, the node does not say");
        };
    }

    private static JobEnd refuse(ReplicationJob job, String objection) {
        JobLog.with(LOG.atWarn(), job)
                .addKeyValue(HealthCode.KEY, HealthCode.DELETION_REFUSED)
                .addKeyValue("reason", objection)
                .log("a replica is not deleted");
        return new Dropped(objection);
    }

    static NodeId target(ReplicationJob job) {
        return new NodeId(job.job().key().virtualStorage(), job.job().target());
    }
}
