package io.quaestor.health;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.replication.NodeCallException;
import java.time.Duration;

/// Asks a node which program it runs. The transport implements it.
public interface NodeVersion {

    /// Asks once.
    ///
    /// **Threads:** virtual threads. **Blocking:** until the answer, or until the limit.
    ///
    /// @return as the node says it; empty if it does not say (`ServerService/ServerInfo`, D19 7.2)
    String ask(NodeId node, Duration limit) throws NodeCallException, InterruptedException;
}
