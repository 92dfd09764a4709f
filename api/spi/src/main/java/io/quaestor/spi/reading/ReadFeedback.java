package io.quaestor.spi.reading;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.NodeId;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ConsumerType;

/// Tells a [ReadDistribution] what became of the calls to nodes: of all proxied calls, not only of those that it placed.
///
/// **Threads:** event loops. **Blocking:** never. **Allocation:** none, since it is called twice for each RPC.
/// Every `started` is followed by exactly one `ended`.
@API(status = EXPERIMENTAL, since = "0.1")
@ConsumerType
public interface ReadFeedback {

    /// A call was sent to the node.
    void started(NodeId node);

    /// A call ended.
    ///
    /// @param node   where it was served
    /// @param nanos  how long it took, in nanoseconds
    /// @param failed whether the node, or the way to it, was at fault (UNAVAILABLE, INTERNAL and the like)
    void ended(NodeId node, long nanos, boolean failed);
}
