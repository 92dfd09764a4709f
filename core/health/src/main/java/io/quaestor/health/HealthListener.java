package io.quaestor.health;

import io.quaestor.spi.model.NodeId;

/// Hears when a node becomes healthy or ceases to be.
@FunctionalInterface
public interface HealthListener {

    /// The view of a node changed; [HealthMonitor#healthy()] already says so, or something newer. The first verdict on
    /// a node counts as a change.
    ///
    /// **Threads:** one thread of the monitor, one change at a time, in order. **Blocking:** not for long, since the
    /// next probes wait. **Failure:** a thrown exception is logged; the others are told all the same.
    ///
    /// @param reason for people, in a few words
    void changed(NodeId node, boolean healthy, String reason);
}
