package io.quaestor.coordinator;

import io.quaestor.spi.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads at nodes that have not ended, so that they need not wait for a node that answers nobody: a connection that says
/// nothing is given up only when its keep-alive was not answered, 40 s by default.
///
/// **Threads:** any. **Blocking:** never.
final class ReadsUnderWay {

    private static final Logger LOG = LoggerFactory.getLogger(ReadsUnderWay.class);

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

    /// @param number as [#began] said
    void ended(NodeId node, long number) {
        var there = reads.get(node);
        if (there != null) {
            there.remove(number);
        }
    }

    /// A node is no longer reached: so it is told to all that are at it.
    void nodeIsLost(NodeId node) {
        var there = List.copyOf(reads.getOrDefault(node, Map.of()).values());
        if (!there.isEmpty()) {
            LOG.atInfo()
                    .addKeyValue("virtual_storage", node.virtualStorage())
                    .addKeyValue("storage", node.storage())
                    .addKeyValue("reads", there.size())
                    .log("reads are at a node that is not reached; those that it does not answer soon are sent elsewhere");
        }
        there.forEach(Read::nodeIsLost);
    }

    boolean isEmpty() {
        return reads.values().stream().allMatch(Map::isEmpty);
    }
}
