package io.quaestor.repair;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.Meters;
import io.quaestor.spi.plugin.Meters.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts replication jobs under the names of Praefect (RT 12.2, OPS 5.1).
final class RepairMeters {

    /// All exist from the start, those of other releases too.
    private static final List<String> TYPES = List.of("update", "create", "delete", "delete_replica");

    private final Map<String, Timer> delays = new HashMap<>();
    private final Map<String, Timer> latencies = new HashMap<>();
    private final Map<Running, AtomicInteger> running = new HashMap<>();

    private record Running(NodeId target, String type) {}

    RepairMeters(Meters meters, List<NodeId> nodes) {
        for (var type : TYPES) {
            delays.put(type, meters.timer("gitaly_praefect_replication_delay", "", "type", type));
            latencies.put(type, meters.timer("gitaly_praefect_replication_latency", "", "type", type));
        }
        for (var node : nodes) {
            for (var change : List.of(JobChange.UPDATE, JobChange.DELETE_REPLICA)) {
                var count = new AtomicInteger();
                running.put(new Running(node, type(change)), count);
                meters.gauge(
                        "gitaly_praefect_replication_jobs",
                        "Number of replication jobs in flight.",
                        count::get,
                        "virtual_storage",
                        node.virtualStorage().name(),
                        "gitaly_storage",
                        node.storage().value(),
                        "change_type",
                        type(change));
            }
        }
    }

    void began(ReplicationJob job, Instant now) {
        var delay = delays.get(type(job.job().change()));
        if (delay != null) {
            var waited = Duration.between(job.createdAt(), now);
            delay.record(waited.isNegative() ? Duration.ZERO : waited); // the clock of another host
        }
        count(job, 1);
    }

    void ended(ReplicationJob job, JobEnd end, Duration took) {
        count(job, -1);
        var latency = latencies.get(type(job.job().change()));
        if (end instanceof JobEnd.Done && latency != null) {
            latency.record(took);
        }
    }

    private void count(ReplicationJob job, int difference) {
        var count = running.get(
                new Running(JobRunner.target(job), type(job.job().change())));
        if (count != null) {
            count.addAndGet(difference);
        }
    }

    static String type(JobChange change) {
        return switch (change) {
            case UPDATE -> "update";
            case DELETE_REPLICA -> "delete_replica";
            case OTHER -> "other";
        };
    }
}
