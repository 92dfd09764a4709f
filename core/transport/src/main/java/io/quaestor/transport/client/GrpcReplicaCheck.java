package io.quaestor.transport.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quaestor.messages.Repository;
import io.quaestor.messages.RepositoryExistsRequest;
import io.quaestor.messages.RepositoryExistsResponse;
import io.quaestor.repair.ReplicaCheck;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import java.time.Duration;
import java.util.Map;

/// Asks a node whether it has a replica.
public final class GrpcReplicaCheck implements ReplicaCheck {

    private static final String METHOD = "gitaly.RepositoryService/RepositoryExists";
    private static final int INTERNAL = 13;

    private final NodeCalls calls;

    public GrpcReplicaCheck(NodeCalls calls) {
        this.calls = calls;
    }

    @Override
    public boolean exists(NodeId node, ReplicaPath path, Duration limit)
            throws NodeCallException, InterruptedException {
        var request = RepositoryExistsRequest.newBuilder()
                .setRepository(Repository.newBuilder()
                        .setStorageName(node.storage().value())
                        .setRelativePath(path.value()))
                .build();
        var answer = calls.unary(node, METHOD, request.toByteArray(), Map.of(), limit);
        try {
            return RepositoryExistsResponse.parseFrom(answer).getExists();
        } catch (InvalidProtocolBufferException e) {
            throw new NodeCallException(node, INTERNAL, "answer cannot be read: " + e.getMessage());
        }
    }
}
