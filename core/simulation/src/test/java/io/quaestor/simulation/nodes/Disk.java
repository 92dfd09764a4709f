package io.quaestor.simulation.nodes;

import io.quaestor.spi.model.ReplicaPath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// What a node has on its disk: for each replica the value of each reference. It survives the node's death.
public final class Disk {

    private static final int REMEMBERED = 10;

    private final Map<String, TreeMap<String, Integer>> replicas = new TreeMap<>();
    private final Map<String, ArrayDeque<Map<String, Integer>>> past = new TreeMap<>();
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

    /// What it had before its latest changes, oldest first.
    public List<Map<String, Integer>> past(ReplicaPath path) {
        return List.copyOf(past.getOrDefault(path.value(), new ArrayDeque<>()));
    }

    private void remember(ReplicaPath path) {
        var before = replicas.get(path.value());
        if (before != null) {
            var all = past.computeIfAbsent(path.value(), _ -> new ArrayDeque<>());
            all.add(new TreeMap<>(before));
            if (all.size() > REMEMBERED) {
                all.remove();
            }
        }
    }

    /// All replicas that are there.
    public List<ReplicaPath> paths() {
        var paths = new ArrayList<ReplicaPath>();
        replicas.keySet().forEach(path -> paths.add(new ReplicaPath(path)));
        return paths;
    }

    /// Makes the replica, and gives it these references and no others.
    public void put(ReplicaPath path, Map<String, Integer> references) {
        remember(path);
        replicas.put(path.value(), new TreeMap<>(references));
        observer.accept(path);
    }

    /// Changes references of a replica that is there.
    void update(ReplicaPath path, Map<String, Integer> changed) {
        var replica = replicas.get(path.value());
        if (replica != null) {
            remember(path);
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
