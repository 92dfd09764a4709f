package io.quaestor.coordinator;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.Meters;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Counts which node each read was sent to, under Praefect's name (RT 12.2).
///
/// **Threads:** event loops. **Blocking:** never.
final class ReadCounters {

    private final Meters meters;
    private final Map<NodeId, Meters.Counter> counters = new ConcurrentHashMap<>();

    ReadCounters(Meters meters) {
        this.meters = meters;
    }

    void sentTo(NodeId node) {
        var counter = counters.get(node);
        if (counter == null) {
            counter = counters.computeIfAbsent(node, this::counter);
        }
        counter.increment();
    }

    private Meters.Counter counter(NodeId node) {
        return meters.counter(
                "gitaly_praefect_read_distribution",
                "Counts read operations directed to the storages.",
                "virtual_storage",
                node.virtualStorage().name(),
                "storage",
                node.storage().value());
    }
}
