package io.quaestor.simulation.nodes;

import io.quaestor.coordinator.StatusCode;
import io.quaestor.coordinator.VoteReceiver;
import io.quaestor.simulation.network.Connection;
import io.quaestor.spi.model.ReplicaPath;
import java.util.Optional;
import java.util.function.Consumer;

/// What a node does for proxies. Everything begins when the request has arrived, and the answer comes on the same
/// connection.
///
/// All methods give back what cancels the call; it runs at the node too.
public final class NodeService {

    private final Node node;
    private final Connection connection;

    public NodeService(Node node, Connection connection) {
        this.node = node;
        this.connection = connection;
    }

    /// Reads all references.
    public Runnable read(ReplicaPath path, Consumer<NodeAnswer> reply) {
        return ShortCall.begin(
                node,
                connection,
                () -> {
                    if (node.temper().failsBefore()) {
                        return NodeAnswer.failed(StatusCode.INTERNAL, "failed to read");
                    }
                    return node.disk().has(path)
                            ? NodeAnswer.seen(node.disk().references(path))
                            : NodeAnswer.failed(StatusCode.NOT_FOUND, "no such repository");
                },
                reply);
    }

    /// Writes.
    public Runnable write(WriteJob job, VoteReceiver votes, Consumer<NodeAnswer> reply) {
        var call = new WriteCall(node, connection, job, votes, reply);
        call.begin();
        return call::cancel;
    }

    /// Whether there is a replica.
    public Runnable exists(ReplicaPath path, Consumer<Boolean> reply) {
        return ShortCall.begin(node, connection, () -> node.disk().has(path), reply);
    }

    /// Removes a replica.
    ///
    /// @param reply hears whether there was one
    public Runnable remove(ReplicaPath path, Consumer<Boolean> reply) {
        return ShortCall.begin(
                node,
                connection,
                () -> {
                    boolean had = node.disk().has(path);
                    node.disk().remove(path);
                    return had;
                },
                reply);
    }

    /// A checksum of all references.
    ///
    /// @param reply hears empty if there is no replica
    public Runnable checksum(ReplicaPath path, Consumer<Optional<byte[]>> reply) {
        return ShortCall.begin(
                node,
                connection,
                () -> node.disk().has(path)
                        ? Optional.of(Voter.hash(node.disk().references(path).toString()))
                        : Optional.empty(),
                reply);
    }

    /// Makes the replica equal to that of another node.
    ///
    /// @param reply hears how it ended, and whether the source has a replica
    public Runnable copy(ReplicaPath path, Node source, Consumer<CopyCall.End> reply) {
        var call = new CopyCall(node, connection, source, path, reply);
        call.begin();
        return call::connectionLost;
    }
}
