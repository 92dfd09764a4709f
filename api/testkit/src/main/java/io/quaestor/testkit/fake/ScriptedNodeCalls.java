package io.quaestor.testkit.fake;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/// Calls to [ScriptedNode]s, all taken down.
///
/// ```java
/// var source = new ScriptedNode(NodeId.of("default", "gitaly-1")).put(path, "abc");
/// var target = new ScriptedNode(NodeId.of("default", "gitaly-2"));
/// var nodes = new ScriptedNodeCalls(source, target);
/// ```
///
/// **Threads:** any; nothing blocks.
@API(status = EXPERIMENTAL, since = "0.1")
public final class ScriptedNodeCalls implements NodeCalls {

    private final Map<NodeId, ScriptedNode> nodes = new LinkedHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    /// A call that was made.
    ///
    /// @param node     to whom
    /// @param method   full name
    /// @param request  in protobuf
    /// @param metadata further headers
    /// @param limit    after which it would be given up
    @SuppressWarnings("ArrayRecordComponent") // calls are looked at, not compared
    public record Call(NodeId node, String method, byte[] request, Map<String, String> metadata, Duration limit) {

        /// The name of the RPC without its service.
        public String rpc() {
            return method.substring(method.indexOf('/') + 1);
        }

        @Override
        public String toString() {
            return rpc() + " to " + node;
        }
    }

    public ScriptedNodeCalls(ScriptedNode... nodes) {
        for (ScriptedNode node : nodes) {
            this.nodes.put(node.id(), node);
        }
    }

    /// All calls so far, in order.
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /// All calls of one RPC, for example `ReplicateRepository`.
    public List<Call> calls(String rpc) {
        return calls.stream().filter(call -> call.rpc().equals(rpc)).toList();
    }

    @Override
    public byte[] unary(NodeId node, String method, byte[] request, Map<String, String> metadata, Duration limit)
            throws NodeCallException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("limit of " + method + " is not positive: " + limit);
        }
        if (metadata.containsKey("authorization")) {
            throw new IllegalArgumentException("metadata of " + method + " has authorization");
        }
        var call = new Call(node, method, request.clone(), Map.copyOf(metadata), limit);
        calls.add(call);
        ScriptedNode called = nodes.get(node);
        if (called == null) {
            throw new NodeCallException(node, ScriptedNode.UNAVAILABLE, "no such node");
        }
        return called.serve(call, this);
    }

    @Override
    public String servers(Set<NodeId> named) {
        String json = new TreeSet<>(named)
                .stream()
                        .map(node -> "\"" + node.storage() + "\":{\"address\":\"tcp://" + node
                                + "\",\"token\":\"secret of " + node + "\"}")
                        .collect(Collectors.joining(",", "{", "}"));
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    /// The node that a call may reach by its header `gitaly-servers`.
    Optional<ScriptedNode> reachedBy(Call call, String storage) {
        String header = call.metadata().getOrDefault("gitaly-servers", "");
        return nodes.values().stream()
                .filter(node -> node.id().storage().value().equals(storage))
                .filter(node -> header.equals(servers(Set.of(node.id()))))
                .findFirst();
    }
}
