package io.quaestor.simulation.nodes;

import io.quaestor.spi.model.ReplicaPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// What a node has on its disk: for each replica the value of each reference. It survives the node's death.
public final class Disk {

    private final Map<String, TreeMap<String, Integer>> replicas = new TreeMap<>();
    private final Consumer<ReplicaPath> observer;

    /// @param observer told after each change of a replica
    Disk(Consumer<ReplicaPath> observer) {
        this.observer = observer;
    }

    public boolean has(ReplicaPath path) {
        return replicas.containsKey(path.value());
    }

    /// The values of all references that are there; empty also if there is no replica.
    public SortedMap<String, Integer> references(ReplicaPath path) {
        return Collections.unmodifiableSortedMap(replicas.getOrDefault(path.value(), new TreeMap<>()));
    }

    /// All replicas that are there.
    public List<ReplicaPath> paths() {
        var paths = new ArrayList<ReplicaPath>();
        replicas.keySet().forEach(path -> paths.add(new ReplicaPath(path)));
        return paths;
    }

    /// Makes the replica, and gives it these references and no others.
    public void put(ReplicaPath path, Map<String, Integer> references) {
        replicas.put(path.value(), new TreeMap<>(references));
        observer.accept(path);
    }

    /// Changes references of a replica that is there.
    void update(ReplicaPath path, Map<String, Integer> changed) {
        var replica = replicas.get(path.value());
        if (replica != null) {
            replica.putAll(changed);
            observer.accept(path);
        }
    }

    void remove(ReplicaPath path) {
        if (replicas.remove(path.value()) != null) {
            observer.accept(path);
        }
    }
}
