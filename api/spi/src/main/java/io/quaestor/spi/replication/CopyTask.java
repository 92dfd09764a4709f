package io.quaestor.spi.replication;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import org.apiguardian.api.API;

/// One copy to make.
///
/// @param source        who has it
/// @param target        who needs it; never the source
/// @param path          where it lies on both
/// @param correlationId for the logs of the nodes
@API(status = EXPERIMENTAL, since = "0.1")
public record CopyTask(NodeId source, NodeId target, ReplicaPath path, String correlationId) {}
