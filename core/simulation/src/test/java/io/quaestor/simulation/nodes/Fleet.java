package io.quaestor.simulation.nodes;

import io.quaestor.simulation.engine.Scheduler;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.List;
import java.util.function.BiConsumer;

/// All nodes.
public final class Fleet {

    public static final VirtualStorage VIRTUAL_STORAGE = new VirtualStorage("default");

    private final List<Node> nodes;

    /// @param observer told after each change of a replica
    public Fleet(
            List<StorageName> storages, Scheduler scheduler, Temper temper, BiConsumer<Node, ReplicaPath> observer) {
        this.nodes = storages.stream()
                .map(s -> new Node(new NodeId(VIRTUAL_STORAGE, s), scheduler, temper, observer))
                .toList();
    }

    public List<Node> nodes() {
        return nodes;
    }

    public Node node(NodeId id) {
        return nodes.stream().filter(n -> n.id().equals(id)).findFirst().orElseThrow();
    }
}
