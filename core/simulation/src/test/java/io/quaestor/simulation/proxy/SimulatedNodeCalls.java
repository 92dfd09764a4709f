package io.quaestor.simulation.proxy;

import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.catalogue.RpcCatalogue;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The few RPCs that the coordinator and the repairers send to nodes by themselves.
final class SimulatedNodeCalls implements NodeCalls {

    private static final int NOT_FOUND = 5;
    private static final byte[] EMPTY = {};

    private final RpcCatalogue catalogue = RpcCatalogue.builtin();
    private final NodeQuestions questions;

    SimulatedNodeCalls(NodeQuestions questions) {
        this.questions = questions;
    }

    @Override
    public byte[] unary(NodeId node, String method, byte[] request, Map<String, String> metadata, Duration limit)
            throws NodeCallException, InterruptedException {
        var named = (RepositoryRequest) catalogue.find(method).orElseThrow().read(request);
        if (!named.storage().equals(node.storage().value())) {
            throw new AssertionError(node + " is asked about " + named);
        }
        var path = new ReplicaPath(named.relativePath());
        return switch (method.substring(method.indexOf('/') + 1)) {
            case "CalculateChecksum" -> {
                Optional<byte[]> sum = questions.ask(node, limit, (service, reply) -> service.checksum(path, reply));
                yield sum.orElseThrow(() -> new NodeCallException(node, NOT_FOUND, "no such repository"));
            }
            case "RemoveRepository" -> {
                boolean had = questions.<Boolean>ask(node, limit, (service, reply) -> service.remove(path, reply));
                if (!had) {
                    throw new NodeCallException(node, NOT_FOUND, "no such repository");
                }
                yield EMPTY;
            }
            default -> throw new AssertionError("nodes of the simulation do not know " + method);
        };
    }

    @Override
    public String servers(Set<NodeId> named) {
        return named.toString();
    }
}
