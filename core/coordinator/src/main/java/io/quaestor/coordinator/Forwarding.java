package io.quaestor.coordinator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where one call goes, and what happens when it has ended there. Made by the coordinator, carried out by the transport.
///
/// **Threads:** the event loop of the call. **Blocking:** never.
public interface Forwarding {

    /// Whom to call. The first one answers the client; what the others answer is dropped, but their end is awaited.
    /// Not empty, no node twice.
    List<Destination> destinations();

    /// Somewhere else to send a call that failed at its only destination before anything of the answer was passed on,
    /// and while everything the client has sent is still at hand. Asked at most once for each call.
    ///
    /// @return `null` if there is no other place, or the failure is an answer in itself
    default @Nullable Destination instead(DestinationEnd end) {
        return null;
    }

    /// All destinations have ended. Called exactly once, also when the client has gone. The end of the client's call
    /// waits for the completion.
    ///
    /// @param ends in the order of the destinations
    void ended(List<DestinationEnd> ends, Completion completion);
}
