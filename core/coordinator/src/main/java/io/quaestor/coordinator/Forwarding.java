package io.quaestor.coordinator;

import java.time.Duration;
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

    /// Calls to all destinations are being opened. Called once, before anything else of these.
    ///
    /// @param carrier what may be done with the calls while they last
    default void opened(Carrier carrier) {}

    /// The call at one destination has ended, or was released. Called once for each destination, before [#ended].
    default void nodeEnded(DestinationEnd end) {}

    /// The client has gone. Asked at most once, and not after all destinations have ended.
    ///
    /// @return whether the calls at nodes are to be cancelled; otherwise they go on as if the client had said all that it
    ///         had to say
    default boolean endsWithClient() {
        return true;
    }

    /// How much later than the client's deadline that of the nodes is, so that what they have begun is not cut off in the
    /// middle.
    default Duration deadlineMargin() {
        return Duration.ZERO;
    }

    /// All destinations have ended. Called exactly once, also when the client has gone. The end of the client's call
    /// waits for the completion.
    ///
    /// @param ends in the order of the destinations
    void ended(List<DestinationEnd> ends, Completion completion);
}
