package io.quaestor.plugin.reading.leastconn;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// How many calls are under way to each node.
///
/// **Threads:** event loops. Nothing blocks, and nothing is allocated but a counter at the first call to a node; hence
/// two maps instead of one whose key would have to be made for each look.
final class CallsUnderWay {

    private final Map<VirtualStorage, Map<StorageName, AtomicInteger>> counters = new ConcurrentHashMap<>();

    /// Zero if the node was never called.
    int count(VirtualStorage virtualStorage, StorageName storage) {
        AtomicInteger counter = find(virtualStorage, storage);
        return counter == null ? 0 : counter.get();
    }

    void add(NodeId node) {
        AtomicInteger counter = find(node.virtualStorage(), node.storage());
        if (counter == null) {
            counter = counters.computeIfAbsent(node.virtualStorage(), _ -> new ConcurrentHashMap<>())
                    .computeIfAbsent(node.storage(), _ -> new AtomicInteger());
        }
        counter.incrementAndGet();
    }

    /// A call may have begun before this strategy was made, so the count stops at zero.
    void remove(NodeId node) {
        AtomicInteger counter = find(node.virtualStorage(), node.storage());
        if (counter != null) {
            counter.getAndUpdate(count -> Math.max(0, count - 1));
        }
    }

    private @Nullable AtomicInteger find(VirtualStorage virtualStorage, StorageName storage) {
        Map<StorageName, AtomicInteger> ofVirtualStorage = counters.get(virtualStorage);
        return ofVirtualStorage == null ? null : ofVirtualStorage.get(storage);
    }
}
