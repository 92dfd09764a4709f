package io.quaestor.spi.replication;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ConsumerType;

/// Brings the contents of one replica to another node, and removes replicas.
///
/// The transport moves bytes; which generation was reached is the business of the core, which reads it before the copy
/// and records it after.
///
/// **Threads:** virtual threads, several at once, at most one for each repository and target. **Blocking:** allowed,
/// within the limits of [NodeCalls]; gives up when interrupted.
@API(status = EXPERIMENTAL, since = "0.1")
@ConsumerType
public interface ReplicationTransport {

    /// Makes the target equal to the source.
    ///
    /// @param task  what to copy
    /// @param nodes how to call nodes
    /// @return what came of it
    /// @throws NodeCallException if a call failed in a way the transport cannot explain; the job is tried again
    ReplicationResult copy(CopyTask task, NodeCalls nodes) throws NodeCallException, InterruptedException;

    /// Removes the replica from its node. A replica that is not there counts as removed.
    ///
    /// @throws NodeCallException if it is not known to be gone; the job is tried again
    void remove(RemovalTask task, NodeCalls nodes) throws NodeCallException, InterruptedException;
}
