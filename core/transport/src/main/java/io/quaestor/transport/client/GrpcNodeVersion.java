package io.quaestor.transport.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quaestor.health.NodeVersion;
import io.quaestor.messages.ServerInfoRequest;
import io.quaestor.messages.ServerInfoResponse;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import java.time.Duration;
import java.util.Map;

/// Asks a node which program it runs.
public final class GrpcNodeVersion implements NodeVersion {

    private static final String METHOD = "gitaly.ServerService/ServerInfo";
    private static final int INTERNAL = 13;

    private final NodeCalls calls;

    public GrpcNodeVersion(NodeCalls calls) {
        this.calls = calls;
    }

    @Override
    public String ask(NodeId node, Duration limit) throws NodeCallException, InterruptedException {
        var answer =
                calls.unary(node, METHOD, ServerInfoRequest.getDefaultInstance().toByteArray(), Map.of(), limit);
        try {
            return ServerInfoResponse.parseFrom(answer).getServerVersion();
        } catch (InvalidProtocolBufferException e) {
            throw new NodeCallException(node, INTERNAL, "answer cannot be read: " + e.getMessage());
        }
    }
}
