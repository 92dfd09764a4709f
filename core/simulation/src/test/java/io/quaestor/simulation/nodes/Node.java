package io.quaestor.simulation.nodes;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/// One storage node: for each replica the set of writes that it has. Its disk survives its death.
public final class Node {

    private final NodeId id;
    private final BiConsumer<Node, ReplicaPath> observer;
    private final Map<String, SortedSet<Integer>> replicas = new TreeMap<>();
    private boolean up = true;
    private int deaths;

    /// @param observer told after each change of a replica
    public Node(NodeId id, BiConsumer<Node, ReplicaPath> observer) {
        this.id = id;
        this.observer = observer;
    }

    public NodeId id() {
        return id;
    }

    public boolean isUp() {
        return up;
    }

    /// How often it died: a call during which this changes has lost its connection.
    public int deaths() {
        return deaths;
    }

    public void die() {
        up = false;
        deaths++;
    }

    public void revive() {
        up = true;
    }

    public boolean has(ReplicaPath path) {
        return replicas.containsKey(path.value());
    }

    /// The writes that a replica has; empty also if there is no replica.
    public SortedSet<Integer> writes(ReplicaPath path) {
        return new TreeSet<>(replicas.getOrDefault(path.value(), new TreeSet<>()));
    }

    /// Adds a write to a replica, and makes the replica if there is none.
    public void write(ReplicaPath path, int write) {
        replicas.computeIfAbsent(path.value(), _ -> new TreeSet<>()).add(write);
        observer.accept(this, path);
    }

    /// Makes the replica equal to another.
    public void replace(ReplicaPath path, SortedSet<Integer> writes) {
        replicas.put(path.value(), new TreeSet<>(writes));
        observer.accept(this, path);
    }

    @Override
    public String toString() {
        return id.storage().value();
    }
}
