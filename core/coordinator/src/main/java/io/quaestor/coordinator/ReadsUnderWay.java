package io.quaestor.coordinator;

import io.quaestor.spi.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Reads at nodes that have not ended, so that they need not wait for a node that answers nobody: a connection that says
/// nothing is noticed to be dead after most of a minute only.
///
/// **Threads:** any. **Blocking:** never.
final class ReadsUnderWay {

    private final Map<NodeId, Map<Long, Read>> reads = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    /// A read at one node.
    @FunctionalInterface
    interface Read {

        /// The node is no longer reached. Called on any thread, perhaps after the read has ended.
        void nodeIsLost();
    }

    /// @return its number
    long began(NodeId node, Read read) {
        long number = numbers.incrementAndGet();
        reads.computeIfAbsent(node, _ -> new ConcurrentHashMap<>()).put(number, read);
        return number;
    }

    void ended(NodeId node, long number) {
        reads.getOrDefault(node, Map.of()).remove(number);
    }

    /// A node is no longer reached: so it is told to all that are at it.
    void nodeIsLost(NodeId node) {
        List.copyOf(reads.getOrDefault(node, Map.of()).values()).forEach(Read::nodeIsLost);
    }

    boolean isEmpty() {
        return reads.values().stream().allMatch(Map::isEmpty);
    }
}
