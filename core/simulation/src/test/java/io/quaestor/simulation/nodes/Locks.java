package io.quaestor.simulation.nodes;

import io.quaestor.spi.model.ReplicaPath;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// Who is about to change which reference, as Git's lock files say. They go with the process of the node.
final class Locks {

    private final Map<String, Object> holders = new HashMap<>();

    /// Takes all of them, or none.
    boolean take(ReplicaPath path, Collection<String> references, Object holder) {
        if (references.stream().anyMatch(r -> !isFree(path, r, holder))) {
            return false;
        }
        references.forEach(r -> holders.put(name(path, r), holder));
        return true;
    }

    boolean isFree(ReplicaPath path, String reference, Object holder) {
        var present = holders.get(name(path, reference));
        return present == null || present == holder;
    }

    void giveAll(Object holder) {
        holders.values().removeIf(h -> h == holder);
    }

    void clear() {
        holders.clear();
    }

    int count() {
        return holders.size();
    }

    private static String name(ReplicaPath path, String reference) {
        return path.value() + " " + reference;
    }
}
