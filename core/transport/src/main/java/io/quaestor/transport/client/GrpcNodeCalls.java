package io.quaestor.transport.client;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Calls that the proxy makes to nodes by itself, over the connections that carry the clients' calls.
public final class GrpcNodeCalls implements NodeCalls {

    private static final int UNAVAILABLE = 14;

    private final NodeChannels channels;

    public GrpcNodeCalls(NodeChannels channels) {
        this.channels = channels;
    }

    @Override
    public byte[] unary(NodeId node, String method, byte[] request, Map<String, String> metadata, Duration limit)
            throws NodeCallException, InterruptedException {
        var link = channels.homeLink(node);
        if (link == null) {
            throw new NodeCallException(node, UNAVAILABLE, "node is not configured");
        }
        return OwnCall.make(link, method, request, metadata, limit);
    }

    /// Nodes that are not configured are left out.
    @Override
    public String servers(Set<NodeId> nodes) {
        var json = new StringBuilder("{");
        for (var id : new TreeSet<>(nodes)) {
            var node = channels.node(id);
            if (node == null) {
                continue;
            }
            if (json.length() > 1) {
                json.append(',');
            }
            quote(json, id.storage().value()).append(":{\"address\":");
            quote(json, node.address()).append(",\"token\":");
            quote(json, node.token().reveal()).append('}');
        }
        return Base64.getEncoder().encodeToString(json.append('}').toString().getBytes(StandardCharsets.UTF_8));
    }

    private static StringBuilder quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"');
    }
}
