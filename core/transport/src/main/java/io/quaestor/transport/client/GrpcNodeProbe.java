package io.quaestor.transport.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.quaestor.health.NodeProbe;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.replication.NodeCallException;
import java.time.Duration;
import java.util.Map;

/// Asks a node over the connection that carries calls as well, so that what is asked is what is used (TR 5.8).
public final class GrpcNodeProbe implements NodeProbe {

    private static final String METHOD = "grpc.health.v1.Health/Check";
    private static final byte[] WHOLE_SERVER = {}; // a request without a service name

    private final GrpcNodeCalls calls;

    public GrpcNodeProbe(NodeChannels channels) {
        this.calls = new GrpcNodeCalls(channels);
    }

    @Override
    public boolean isServing(NodeId node, Duration limit) throws InterruptedException {
        try {
            var answer = calls.unary(node, METHOD, WHOLE_SERVER, Map.of(), limit);
            return HealthCheckResponse.parseFrom(answer).getStatus() == ServingStatus.SERVING;
        } catch (NodeCallException | InvalidProtocolBufferException _) {
            return false;
        }
    }
}
