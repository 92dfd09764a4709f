package io.quaestor.simulation.nodes;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.Scheduler;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.List;
import java.util.function.BiConsumer;

/// All nodes, and the network to them.
public final class Fleet {

    public static final VirtualStorage VIRTUAL_STORAGE = new VirtualStorage("default");

    private final List<Node> nodes;
    private final Scheduler scheduler;
    private final Chance chance;
    private final Owner network = new Owner("network");
    private boolean sound;

    public Fleet(
            List<StorageName> storages, Scheduler scheduler, Chance chance, BiConsumer<Node, ReplicaPath> observer) {
        this.nodes = storages.stream()
                .map(s -> new Node(new NodeId(VIRTUAL_STORAGE, s), observer))
                .toList();
        this.scheduler = scheduler;
        this.chance = chance;
    }

    /// What a call wants of a node.
    @FunctionalInterface
    public interface Work {
        /// @return whether the node can do it; what it did is done
        boolean on(Node node);
    }

    /// How a call ended.
    public enum End {
        DONE,
        /// The node ended it with a failure.
        REFUSED,
        /// The connection was lost meanwhile.
        LOST,
        /// Nothing reached the node.
        NOT_REACHED
    }

    /// Hears how a call ended.
    @FunctionalInterface
    public interface Caller {
        void ended(End end);
    }

    public List<Node> nodes() {
        return nodes;
    }

    public Node node(NodeId id) {
        return nodes.stream().filter(n -> n.id().equals(id)).findFirst().orElseThrow();
    }

    /// From now on nodes fail no call that they can do.
    public void becomeSound() {
        sound = true;
    }

    /// Calls a node. The work may be done, or half of it, though the caller hears of a failure, or dies meanwhile.
    ///
    /// @param owner who calls, and hears nothing more once dead
    public void call(Owner owner, NodeId id, Work work, Caller caller) {
        var node = node(id);
        if (!node.isUp()) {
            scheduler.after(chance.millis(0, 100), owner, () -> caller.ended(End.NOT_REACHED));
            return;
        }
        int deaths = node.deaths();
        scheduler.after(chance.millis(0, 20), network, () -> {
            if (node.deaths() != deaths) {
                scheduler.ready(owner, () -> caller.ended(End.LOST));
                return;
            }
            boolean failsBefore = !sound && chance.percent(2);
            boolean failsAfter = !sound && chance.percent(2);
            var end = !failsBefore && work.on(node) && !failsAfter ? End.DONE : End.REFUSED;
            scheduler.after(
                    chance.millis(0, 50), owner, () -> caller.ended(node.deaths() == deaths ? end : End.LOST));
        });
    }
}
