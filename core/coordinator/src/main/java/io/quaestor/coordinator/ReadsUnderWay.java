package io.quaestor.coordinator;

import io.quaestor.spi.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Reads at nodes that have not ended, so that they need not wait for a node that answers nobody: a connection that says
/// nothing is noticed to be dead after most of a minute only.
///
/// **Threads:** any. **Blocking:** never.
final class ReadsUnderWay {

    private final Map<NodeId, Set<Read>> reads = new ConcurrentHashMap<>();

    /// A read at one node. Compared by identity.
    interface Read {

        /// The node is no longer reached. Called on any thread, perhaps after the read has ended.
        void nodeIsLost();
    }

    void began(NodeId node, Read read) {
        reads.computeIfAbsent(node, _ -> ConcurrentHashMap.newKeySet()).add(read);
    }

    /// No effect for one that is not there.
    void ended(NodeId node, Read read) {
        var there = reads.get(node);
        if (there != null) {
            there.remove(read);
        }
    }

    /// A node is no longer reached: so it is told to all that are at it.
    void nodeIsLost(NodeId node) {
        List.copyOf(reads.getOrDefault(node, Set.of())).forEach(Read::nodeIsLost);
    }

    boolean isEmpty() {
        return reads.values().stream().allMatch(Set::isEmpty);
    }
}
