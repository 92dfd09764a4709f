package io.quaestor.coordinator;

import io.quaestor.spi.model.NodeId;
import java.time.Duration;

/// What may be done with the calls of a [Forwarding] while they last. Without effect on calls that have ended.
///
/// **Threads:** the event loop of the call. **Blocking:** never.
public interface Carrier {

    /// Cancels the call at one node if another node may answer as well: while everything that the client has sent is at
    /// hand and nothing of an answer was passed on. Then [Forwarding#instead] is asked, perhaps before this returns; what the
    /// node still says is dropped. Otherwise nothing happens, now and later.
    ///
    /// @param reason facts in lower case
    void giveUp(NodeId node, String reason);

    /// Waits for one node no longer: it counts as lost from now on, and gets no more of what the client sends. The call
    /// itself is not cut off, because the node may be writing; only when it lasts too long.
    ///
    /// @param reason facts in lower case
    /// @param limit  for the call to end by itself; then it is cancelled
    void release(NodeId node, String reason, Duration limit);
}
