package io.quaestor.repair;

import io.quaestor.admin.HealthCode;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.threads.Crew;
import io.quaestor.threads.TimeLimitException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Repairs replicas: takes jobs from the queue that all proxies share, and does them.
///
/// Each node has workers of its own, so one that hangs delays no other. A job whose node is not reached stays in the
/// queue.
///
/// **Threads:** any.
public final class Replicator {

    private static final Logger LOG = LoggerFactory.getLogger(Replicator.class);

    /// How often it is said that workers live, and after which silence they count as dead (RT 6.2). Shared with other
    /// proxies, so not a setting.
    private static final Duration BEAT = Duration.ofSeconds(5);

    /// Six beats. Praefect waits for twice as long, and looks less often; a replica lags no longer than it must.
    private static final Duration STALE_AFTER = Duration.ofSeconds(30);

    private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(5);

    private final RepairParts parts;
    private final Crew workers;
    private final Crew keepers;
    private final HeldJobs held;
    private final Map<NodeId, NodeLane> lanes = new LinkedHashMap<>();

    /// @param nodes whose replicas are repaired, none twice
    public Replicator(List<NodeId> nodes, RepairSettings settings, RepairParts parts) {
        this.parts = parts;
        workers = new Crew(parts.clock(), parts.threads());
        keepers = new Crew(parts.clock(), parts.threads());
        held = new HeldJobs(() -> parts.datastore().get().replicationJobs(), parts.clock(), workers);
        var meters = new RepairMeters(parts.meters(), nodes);
        var runner = new JobRunner(settings, parts, workers);
        for (var node : nodes) {
            lanes.put(node, new NodeLane(node, settings, parts, meters, runner, held, workers));
        }
    }

    /// Starts the workers. Called once.
    public void start() {
        lanes.values().forEach(NodeLane::start);
        keepers.start("repair heartbeat", () -> repeat(BEAT, held::keep, "health update loop"));
        keepers.start("repair sweep", () -> repeat(BETWEEN_SWEEPS, this::sweep, "freeing stale jobs failed"));
    }

    /// A job for that node was added, or the node is reached again: its workers look at once. A node that is not known is
    /// ignored.
    ///
    /// **Threads:** any, event loops included; holds a lock for some instructions.
    public void wake(NodeId target) {
        var lane = lanes.get(target);
        if (lane != null) {
            lane.wake();
        }
    }

    /// What kept the jobs of a repository from being done is over, perhaps: those for that node rest no longer. Else as
    /// [#wake].
    public void retry(NodeId target, RepositoryId repository) {
        var lane = lanes.get(target);
        if (lane != null) {
            lane.retry(repository);
        }
    }

    /// Takes no more jobs, gives back those that have not begun, and waits for those that run; after three quarters of the
    /// limit they are interrupted and given back too.
    ///
    /// @return `false` if the time was over before all threads had ended; jobs that are still held will be freed as stale
    public boolean stop(Duration limit) throws InterruptedException {
        var patience = limit.multipliedBy(3).dividedBy(4);
        long began = parts.clock().nanos();
        workers.close();
        lanes.values().forEach(NodeLane::wake);
        if (!workers.awaitEnd(patience)) {
            workers.interrupt();
        }
        boolean ended = workers.awaitEnd(limit.minusNanos(parts.clock().nanos() - began));
        keepers.close();
        keepers.interrupt();
        return keepers.awaitEnd(limit.minusNanos(parts.clock().nanos() - began)) && ended;
    }

    /// Something that is done again and again.
    @FunctionalInterface
    private interface Task {
        void run() throws TimeLimitException, InterruptedException;
    }

    /// Failures are logged when the first of several happens; the next beat may go well (DS 13, D15).
    private void repeat(Duration period, Task task, String failure) {
        boolean failing = false;
        while (!keepers.isClosed()) {
            try {
                parts.clock().sleep(period);
                task.run();
                failing = false;
            } catch (InterruptedException _) {
                return; // only stop() interrupts
            } catch (TimeLimitException | RuntimeException | Error e) { // a datastore is a plug-in
                if (!failing) {
                    LOG.atError()
                            .addKeyValue(HealthCode.KEY, HealthCode.DATASTORE_DOWN)
                            .addKeyValue("error", e.toString())
                            .setCause(JobLog.stackOf(e))
                            .log(failure);
                }
                failing = true;
            }
        }
    }

    private void sweep() throws InterruptedException {
        int freed = parts.datastore().get().replicationJobs().releaseStale(STALE_AFTER);
        if (freed > 0) {
            LOG.atInfo().addKeyValue("count", freed).log("stale replication jobs freed");
            lanes.values().forEach(NodeLane::wake);
        }
    }
}
