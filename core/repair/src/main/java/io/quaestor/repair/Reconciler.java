package io.quaestor.repair;

import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.Meters.Timer;
import io.quaestor.threads.Crew;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Adds repair jobs that nobody else added: for replicas that fell behind and whose job was lost or given up, and for
/// copies that should not be there any more (RT 6.5).
///
/// It looks at everything in an interval, and some seconds after a node came back.
///
/// **Threads:** any.
public final class Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    /// Nodes that come back together are one run; and the fleet's view has time to agree with ours.
    private static final Duration AFTER_RETURN = Duration.ofSeconds(5);

    private final Duration interval;
    private final RepairParts parts;
    private final Consumer<NodeId> wake;
    private final Timer timer;
    private final Crew crew;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private long due;

    /// @param interval from the end of one run to the next (`reconciliation.scheduling_interval`); zero for never, not
    ///                 even when a node comes back
    /// @param wake     hears for which nodes jobs were added; see [Replicator#wake]
    public Reconciler(Duration interval, RepairParts parts, Consumer<NodeId> wake) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("interval of the reconciliation is negative: " + interval);
        }
        this.interval = interval;
        this.parts = parts;
        this.wake = wake;
        timer = parts.meters()
                .timer(
                        "gitaly_praefect_reconciliation_scheduling_seconds",
                        "The time spent performing a single reconciliation scheduling run.");
        crew = new Crew(parts.clock(), parts.threads());
    }

    /// Starts to look, unless the interval is zero. Called once.
    public void start() {
        if (interval.isZero()) {
            LOG.info("automatic reconciler is off");
            return;
        }
        due = parts.clock().nanos() + interval.toNanos();
        crew.start("reconciler", this::work);
        LOG.info("automatic reconciler started");
    }

    /// A node is reached again: a run follows soon, one for all that come back until then.
    ///
    /// **Threads:** any; holds a lock for some instructions.
    public void nodeIsBack() {
        lock.lock();
        try {
            due = Math.min(due, parts.clock().nanos() + AFTER_RETURN.toNanos());
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ends, in the middle of a run too.
    ///
    /// @return `false` if the time was over before
    public boolean stop(Duration limit) throws InterruptedException {
        crew.close();
        crew.interrupt();
        return crew.awaitEnd(limit);
    }

    private void work() {
        while (!crew.isClosed()) {
            try {
                awaitDue();
                run();
            } catch (InterruptedException _) {
                return; // only stop() interrupts
            } catch (DatastoreException e) {
                LOG.atError().addKeyValue("error", e.toString()).log("automatic reconciliation failed");
            } catch (RuntimeException | Error e) { // a datastore is a plug-in, and may be exchanged for one that works
                LOG.error("automatic reconciliation failed by a defect", e);
            }
        }
    }

    /// Waits for the next run, and sets the one after it, so that a node that comes back during a run gets another.
    private void awaitDue() throws InterruptedException {
        lock.lock();
        try {
            for (long left = due - parts.clock().nanos(); left > 0; left = due - parts.clock().nanos()) {
                parts.clock().await(news, Duration.ofNanos(left));
            }
            due = parts.clock().nanos() + interval.toNanos();
        } finally {
            lock.unlock();
        }
    }

    private void run() throws InterruptedException {
        var reachable = reachable();
        if (reachable.isEmpty()) {
            return;
        }
        long began = parts.clock().nanos();
        var jobs = parts.datastore().get().replicationJobs().addMissing(reachable);
        var took = Duration.ofNanos(parts.clock().nanos() - began);
        timer.record(took);
        log(jobs, took);
        var targets = new LinkedHashSet<NodeId>();
        jobs.forEach(j -> targets.add(new NodeId(j.key().virtualStorage(), j.target())));
        targets.forEach(wake);
    }

    /// With fewer than two nodes there is nobody to copy from (RT 6.5).
    private Map<VirtualStorage, Set<StorageName>> reachable() {
        var reachable = new LinkedHashMap<VirtualStorage, Set<StorageName>>();
        for (var node : parts.reached().get()) {
            reachable
                    .computeIfAbsent(node.virtualStorage(), _ -> new LinkedHashSet<>())
                    .add(node.storage());
        }
        reachable.entrySet().removeIf(e -> {
            boolean tooFew = e.getValue().size() < 2;
            if (tooFew) {
                LOG.atInfo()
                        .addKeyValue("virtual_storage", e.getKey())
                        .log("reconciliation skipped for virtual storage due to not having enough healthy storages");
            }
            return tooFew;
        });
        return reachable;
    }

    private static void log(List<NewJob> jobs, Duration took) {
        if (jobs.isEmpty()) {
            LOG.debug("reconciliation did not result in any scheduled jobs");
            return;
        }
        var counts = new LinkedHashMap<String, Integer>();
        for (var job : jobs) {
            counts.merge(
                    RepairMeters.type(job.change()) + " on " + job.key().virtualStorage() + "/" + job.target(),
                    1,
                    Integer::sum);
        }
        LOG.atInfo()
                .addKeyValue("count", jobs.size())
                .addKeyValue("scheduled_jobs", counts)
                .addKeyValue("took", took)
                .log("reconciliation jobs scheduled");
        jobs.forEach(job -> LOG.debug("reconciliation job scheduled: {}", job));
    }
}
