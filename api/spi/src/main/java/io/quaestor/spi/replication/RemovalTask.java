package io.quaestor.spi.replication;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import org.apiguardian.api.API;

/// One replica to remove from its node.
///
/// @param node          who has it
/// @param path          where it lies
/// @param correlationId for the logs of the node
@API(status = EXPERIMENTAL, since = "0.1")
public record RemovalTask(NodeId node, ReplicaPath path, String correlationId) {}
