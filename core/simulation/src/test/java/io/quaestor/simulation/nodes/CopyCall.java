package io.quaestor.simulation.nodes;

import io.quaestor.simulation.network.Connection;
import io.quaestor.simulation.network.Peer;
import io.quaestor.spi.model.ReplicaPath;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A node fetches a replica from another: what that had at one instant. References that somebody is about to change cannot
/// be changed here, so then the copy fails.
public final class CopyCall implements Peer {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Node target;
    private final Connection connection;
    private final Node source;
    private final ReplicaPath path;
    private final Consumer<End> reply;
    private boolean over;

    /// How it ended.
    public enum End {
        COPIED,
        NO_SUCH_SOURCE,
        FAILED
    }

    CopyCall(Node target, Connection connection, Node source, ReplicaPath path, Consumer<End> reply) {
        this.target = target;
        this.connection = connection;
        this.source = source;
        this.path = path;
        this.reply = reply;
    }

    void begin() {
        connection.joinAtNode(this);
        var asking = target.process();
        target.scheduler().after(LIMIT, asking, () -> end(End.FAILED));
        later(source, () -> {
            var found = source.disk().has(path) ? new TreeMap<>(source.disk().references(path)) : null;
            target.scheduler().after(target.temper().chance().millis(50, 300), asking, () -> install(found));
        });
    }

    /// A copy takes longer than a message, or than the write of a reference.
    private void later(Node node, Runnable work) {
        node.scheduler().after(node.temper().chance().millis(50, 300), node.process(), work);
    }

    private void install(@Nullable Map<String, Integer> references) {
        if (over) {
            return;
        }
        if (references == null) {
            end(End.NO_SUCH_SOURCE);
            return;
        }
        var differing = new TreeSet<>(references.keySet());
        differing.addAll(target.disk().references(path).keySet());
        var present = target.disk().references(path);
        differing.removeIf(r -> references.getOrDefault(r, 0).equals(present.getOrDefault(r, 0)));
        boolean locked = differing.stream().anyMatch(r -> !target.locks().isFree(path, r, this));
        if (locked || target.temper().copyFails()) {
            end(End.FAILED);
            return;
        }
        target.disk().put(path, references);
        end(target.temper().copyFails() ? End.FAILED : End.COPIED);
    }

    private void end(End how) {
        if (!over) {
            connectionLost();
            connection.toProxy(() -> reply.accept(how));
        }
    }

    @Override
    public void connectionLost() {
        over = true;
        connection.leaveAtNode(this);
    }
}
