package io.quaestor.coordinator;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/// Calls several nodes at once, and waits for all: one that fails keeps no other from its work.
///
/// **Threads:** virtual threads. **Blocking:** until each node has answered, or the limit is over.
final class NodeRound {

    private final NodeCalls nodes;
    private final ThreadFactory threads;

    NodeRound(NodeCalls nodes, ThreadFactory threads) {
        this.nodes = nodes;
        this.threads = threads;
    }

    /// A node that did not do it, and why.
    record Failed(NodeId node, NodeCallException reason) {}

    /// What the calls of one request have in common.
    static Map<String, String> headers(String correlationId) {
        return Map.of("x-gitlab-correlation-id", correlationId);
    }

    /// Makes one unary call to each.
    ///
    /// @param limit for each of them
    /// @return who failed, in the order of the destinations; empty if nobody did
    List<Failed> call(String method, List<Destination> destinations, Duration limit) throws InterruptedException {
        var calls = new ArrayList<FutureTask<Optional<NodeCallException>>>();
        for (var destination : destinations) {
            var call = new FutureTask<>(() -> failure(method, destination, limit));
            threads.newThread(call).start();
            calls.add(call);
        }
        var failed = new ArrayList<Failed>();
        for (int i = 0; i < calls.size(); i++) {
            var node = destinations.get(i).node();
            await(calls.get(i)).ifPresent(reason -> failed.add(new Failed(node, reason)));
        }
        return failed;
    }

    private Optional<NodeCallException> failure(String method, Destination destination, Duration limit)
            throws InterruptedException {
        try {
            nodes.unary(destination.node(), method, destination.firstMessage(), destination.headers(), limit);
            return Optional.empty();
        } catch (NodeCallException e) {
            return Optional.of(e);
        }
    }

    private static Optional<NodeCallException> await(FutureTask<Optional<NodeCallException>> call)
            throws InterruptedException {
        try {
            return call.get();
        } catch (ExecutionException e) { // nobody interrupts these threads, so this is a defect
            throw new IllegalStateException("a call to a node ended by a defect", e);
        }
    }
}
