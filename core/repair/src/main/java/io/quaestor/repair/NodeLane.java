package io.quaestor.repair;

import io.quaestor.admin.HealthCode;
import io.quaestor.repair.JobEnd.Failed;
import io.quaestor.repair.JobEnd.HandedBack;
import io.quaestor.repair.JobEnd.NotNow;
import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.threads.Crew;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The jobs for one node, and the workers that do them.
///
/// The worker that finds nothing to do takes the next batch for all of them. How a job goes through:
///
/// ```text
///  queue ──take──▶ waiting ──▶ running ──▶ given back
///                     │           └──not now──▶ resting ──▶ given back
///                     └──node lost, stop──▶ given back
/// ```
///
/// **Threads:** workers may block; [#wake()] does not.
final class NodeLane {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLane.class);

    private final NodeId node;
    private final RepairSettings settings;
    private final RepairParts parts;
    private final RepairMeters meters;
    private final JobRunner runner;
    private final HeldJobs held;
    private final Crew crew;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final LaneQueue queue;
    private volatile boolean takeFails; // by the one worker that takes

    NodeLane(
            NodeId node,
            RepairSettings settings,
            RepairParts parts,
            RepairMeters meters,
            JobRunner runner,
            HeldJobs held,
            Crew crew) {
        this.node = node;
        this.settings = settings;
        this.parts = parts;
        this.meters = meters;
        this.runner = runner;
        this.held = held;
        this.crew = crew;
        queue = new LaneQueue(settings.retryAfter(), parts.clock().nanos());
    }

    /// Starts the workers.
    void start() {
        for (int i = 0; i < settings.workers(); i++) {
            crew.start("repair of " + node + " " + i, this::work);
        }
    }

    /// There is something to do, or may be; or the crew was closed, and what has not begun is to be given back.
    void wake() {
        lock.lock();
        try {
            queue.wake();
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// What kept the jobs of a repository from being done is over, perhaps; else as [#wake()].
    void retry(RepositoryId repository) {
        lock.lock();
        try {
            queue.retry(repository, parts.clock().nanos());
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        for (var step = nextStep(); step.isPresent(); step = nextStep()) {
            switch (step.get()) {
                case LaneQueue.Take _ -> take();
                case LaneQueue.Run(var job) -> run(job);
                case LaneQueue.GiveBack(var job) -> giveBack(job, new HandedBack("not now, or not here"));
            }
        }
    }

    /// @return empty when the worker is to end
    private Optional<LaneQueue.Step> nextStep() {
        lock.lock();
        try {
            while (true) {
                boolean stops = crew.isClosed();
                boolean reached = parts.reached().get().contains(node);
                long now = parts.clock().nanos();
                var step = queue.next(now, reached, stops);
                if (step.isPresent() || stops) {
                    return step;
                }
                try {
                    parts.clock().await(news, queue.rest(now));
                } catch (InterruptedException _) {
                    // only stop() interrupts; the next look sees it
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void take() {
        List<ReplicationJob> jobs = List.of();
        try {
            jobs = parts.datastore()
                    .get()
                    .replicationJobs()
                    .take(new JobRequest(node, settings.batch(), settings.retryAfter()));
            held.add(jobs);
            takeFails = false;
        } catch (InterruptedException _) {
            // only stop() interrupts; the next look sees it
        } catch (RuntimeException | Error e) { // a datastore that breaks its contract must not end the worker
            var level = takeFails ? Level.DEBUG : Level.ERROR; // once for several in a row
            takeFails = true;
            LOG.atLevel(level)
                    .addKeyValue("virtual_storage", node.virtualStorage())
                    .addKeyValue("storage", node.storage())
                    .addKeyValue(HealthCode.KEY, HealthCode.DATASTORE_DOWN)
                    .addKeyValue("error", e.toString())
                    .setCause(JobLog.stackOf(e))
                    .log("failed to dequeue replication events");
        }
        lock.lock();
        try {
            queue.taken(jobs, parts.clock().nanos());
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run(ReplicationJob job) {
        long began = parts.clock().nanos();
        meters.began(job, parts.clock().now());
        JobEnd end = new HandedBack("the proxy stops");
        try {
            end = runner.run(job);
        } catch (InterruptedException _) {
            // only stop() interrupts; the job is handed back
        } finally {
            meters.ended(job, end, Duration.ofNanos(parts.clock().nanos() - began));
        }
        if (end instanceof NotNow(var reason)) {
            if (rest(job)) {
                log(job, end);
                return;
            }
            end = new Failed(reason); // too many rest already
        }
        giveBack(job, end);
        lock.lock();
        try {
            queue.ended(end, parts.clock().nanos());
        } finally {
            lock.unlock();
        }
    }

    private boolean rest(ReplicationJob job) {
        lock.lock();
        try {
            return queue.rest(job, parts.clock().nanos());
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(ReplicationJob job, JobEnd end) {
        log(job, end);
        held.end(job, end.outcome());
    }

    private static void log(ReplicationJob job, JobEnd end) {
        var line = end instanceof Failed
                ? LOG.atError().addKeyValue(HealthCode.KEY, HealthCode.REPLICA_OUTDATED)
                : LOG.atInfo();
        JobLog.with(line, job)
                .addKeyValue("new_state", state(job, end))
                .addKeyValue("reason", end.reason())
                .log("replication job processing finished");
    }

    /// Praefect's words where it has them (OPS 5.3).
    private static String state(ReplicationJob job, JobEnd end) {
        boolean forgotten = job.attemptsLeft() <= 0 && job.job().change() != JobChange.DELETE_REPLICA;
        return switch (end) {
            case JobEnd.Done _ -> "completed";
            case Failed _ -> forgotten ? "dead" : "failed";
            case NotNow _ -> "resting";
            case HandedBack _ -> "ready";
            case JobEnd.Dropped _ -> "dropped";
        };
    }
}
