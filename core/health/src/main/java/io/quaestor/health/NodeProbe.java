package io.quaestor.health;

import io.quaestor.spi.model.NodeId;
import java.time.Duration;

/// Asks a node whether it is well. The transport implements it.
public interface NodeProbe {

    /// Asks once.
    ///
    /// **Threads:** virtual threads, one for each node at a time. **Blocking:** until the answer, or until the limit.
    ///
    /// @return whether the node said in time that it serves (`grpc.health.v1.Health/Check`, TR 5.8)
    boolean isServing(NodeId node, Duration limit) throws InterruptedException;
}
