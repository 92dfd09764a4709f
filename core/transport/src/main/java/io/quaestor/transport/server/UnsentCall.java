package io.quaestor.transport.server;

import io.quaestor.coordinator.Carrier;
import io.quaestor.coordinator.Completion;
import io.quaestor.coordinator.DestinationEnd;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.Forwarding;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.spi.model.NodeId;
import java.time.Duration;

/// A call that never leaves, because its client was gone before. Nobody is there to be told, and nothing can be done.
///
/// **Threads:** the event loop of the client's call.
final class UnsentCall implements Carrier, Completion {

    private UnsentCall() {}

    /// Tells the ends of a call that never leaves.
    static void end(Forwarding forwarding) {
        var unsent = new UnsentCall();
        forwarding.opened(unsent);
        var ends = forwarding.destinations().stream()
                .map(to -> new DestinationEnd(to.node(), StatusCode.CANCELLED, "the client has gone", false, false))
                .toList();
        ends.forEach(forwarding::nodeEnded);
        forwarding.ended(ends, unsent);
    }

    @Override
    public void giveUp(NodeId node, String reason) {}

    @Override
    public void release(NodeId node, String reason, Duration limit) {}

    @Override
    public void pass() {}

    @Override
    public void fail(Failure failure) {}

    @Override
    public void override(Failure failure) {}
}
