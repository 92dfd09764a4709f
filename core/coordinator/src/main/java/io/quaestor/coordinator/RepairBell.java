package io.quaestor.coordinator;

import io.quaestor.spi.model.NodeId;

/// Hears that a node is to be repaired, so that nobody has to wait until the repairer looks by itself.
@FunctionalInterface
public interface RepairBell {

    /// A job for that node was recorded. **Threads:** any. **Blocking:** never.
    void ring(NodeId target);
}
