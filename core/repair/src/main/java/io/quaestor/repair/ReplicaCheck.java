package io.quaestor.repair;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.replication.NodeCallException;
import java.time.Duration;

/// Asks a node whether it has a replica. The transport implements it.
@FunctionalInterface
public interface ReplicaCheck {

    /// Asks once (`gitaly.RepositoryService/RepositoryExists` with the name of the storage and the replica path).
    ///
    /// **Threads:** virtual threads. **Blocking:** until the answer, or until the limit.
    ///
    /// @return whether the node says that a repository is there
    /// @throws NodeCallException if the node did not say
    boolean exists(NodeId node, ReplicaPath path, Duration limit) throws NodeCallException, InterruptedException;
}
