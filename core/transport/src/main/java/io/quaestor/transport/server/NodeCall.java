package io.quaestor.transport.server;

import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.quaestor.coordinator.Destination;
import io.quaestor.coordinator.DestinationEnd;
import io.quaestor.spi.model.NodeId;
import io.quaestor.transport.Messages;
import io.quaestor.transport.client.NodeLink;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A call at one of its nodes.
///
/// ```text
///  made ──open──▶ live ──node ends it, connection lost──▶ ended
///    │             ├──leave: cancelled here──▶ leaving ──▶ ended
///    │             └──release──▶ ended for the fan-out; the node's call goes on until it ends or its limit is over
///    └──leave──▶ ended, never opened
/// ```
///
/// **Threads:** the event loop of the client's call, which is also that of the node's connection.
final class NodeCall extends ClientCall.Listener<InputStream> implements LingeringCalls.Lingering {

    private static final int ALL = Integer.MAX_VALUE;

    private final FanOut fanOut;
    private final Destination destination;
    private final boolean first;
    private final ProxyParts parts;
    private final EventLoop loop;
    private @Nullable ClientCall<InputStream, InputStream> call;
    private @Nullable Future<?> connectLimit;
    private @Nullable Future<?> stallLimit;
    private @Nullable Future<?> releaseLimit;
    private @Nullable Metadata headers;
    private Metadata trailers = new Metadata();
    private @Nullable Status end;
    private @Nullable Status leaving;
    private @Nullable LingeringCalls releasedTo;
    private int bytesInFlight;
    private long waitingBytes;
    private long startedAt;
    private boolean opened;
    private boolean streamCreated;
    private boolean sent;
    private boolean answered;
    private boolean givenUp;

    /// How a call is opened.
    ///
    /// @param deadline      `null` if there is none
    /// @param stripped      what is left of the client's headers
    /// @param bytesInFlight how much may wait for the node; 0 leaves it to grpc-java
    /// @param halfClosed    whether nothing follows the first message
    record Opening(
            MethodDescriptor<InputStream, InputStream> method,
            @Nullable Deadline deadline,
            Metadata stripped,
            int bytesInFlight,
            boolean halfClosed) {}

    /// @param first whether it answers the client
    /// @param loop  of the client's call
    NodeCall(FanOut fanOut, Destination destination, boolean first, ProxyParts parts, EventLoop loop) {
        this.fanOut = fanOut;
        this.destination = destination;
        this.first = first;
        this.parts = parts;
        this.loop = loop;
    }

    /// Opens the call and sends the first message. It may have ended when this returns.
    ///
    /// @param link        `null` if there is no such node
    /// @param sidechannel `null` if the client wants none, or not from this node
    void open(@Nullable NodeLink link, Opening how, @Nullable SidechannelGate sidechannel) {
        startedAt = parts.clock().nanos();
        opened = true;
        parts.feedback().started(node());
        if (link == null) {
            end(Status.UNAVAILABLE.withDescription("no connection to " + node()));
            return;
        }
        var late = Status.UNAVAILABLE.withDescription("no connection to " + node() + " in time");
        if (link.isMute()) {
            end(late);
            return;
        }
        bytesInFlight = how.bytesInFlight();
        var options = NodeCallTrace.options(this).withDeadline(how.deadline());
        if (bytesInFlight > 0) {
            options = options.withOnReadyThreshold(bytesInFlight);
        }
        if (sidechannel != null) {
            options = sidechannel.announcedBy(options);
        }
        var sentHeaders = Headers.forNode(how.stripped(), destination.headers());
        link.authorize(sentHeaders);
        var before = Context.ROOT.attach(); // the fan-out decides when node calls are cancelled, not grpc-java
        try {
            var made = link.channel().newCall(how.method(), options);
            call = made;
            if (!link.isReady()) {
                connectLimit = loop.schedule(() -> leave(late), link.connectLimitNanos(), TimeUnit.NANOSECONDS);
            }
            made.start(this, sentHeaders);
            made.request(first ? 1 : ALL);
            waitingBytes = destination.firstMessage().length;
            made.sendMessage(Messages.of(destination.firstMessage()));
            if (how.halfClosed()) {
                made.halfClose();
            }
        } finally {
            Context.ROOT.detach(before);
        }
    }

    NodeId node() {
        return destination.node();
    }

    Destination destination() {
        return destination;
    }

    /// Whether the node still takes part.
    boolean isLive() {
        return end == null && leaving == null;
    }

    /// Whether less waits for the node than may. That holds also while the connection is being made, so that a node which
    /// cannot be reached does not hold up the others.
    boolean hasRoom() {
        return call != null && (call.isReady() || (!sent && waitingBytes < bytesInFlight));
    }

    /// From now on the node has this long to make room; then it leaves.
    void limitStall(Duration limit) {
        if (stallLimit == null) {
            var reason = Status.UNAVAILABLE.withDescription(
                    node() + " took nothing of what it was sent for " + limit.toMillis() + " ms");
            stallLimit = loop.schedule(() -> leave(reason), limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /// Whether messages are copied when they are sent. Before, grpc-java keeps the message itself.
    boolean copiesAtOnce() {
        return streamCreated;
    }

    void send(InputStream message) {
        if (call != null) {
            if (!sent) {
                waitingBytes += Messages.length(message);
            }
            call.sendMessage(message);
        }
    }

    void halfClose() {
        if (call != null) {
            call.halfClose();
        }
    }

    /// Asks for the next message of the answer.
    void request() {
        if (call != null) {
            call.request(1);
        }
    }

    /// Asks for all that the node still says, so that it does not wait for room.
    void requestAll() {
        if (call != null && first) { // the others were asked for all at once
            call.request(ALL);
        }
    }

    /// Cancels the call. Its end follows, perhaps before this returns.
    ///
    /// @param reason how it is told to have ended
    void leave(Status reason) {
        if (!isLive()) {
            return;
        }
        leaving = reason;
        if (call != null) {
            call.cancel(reason.getDescription(), null);
        } else {
            end(reason);
        }
    }

    /// The same for a call that is made elsewhere again. What the node still says, its end too, is not for the client.
    void giveUp(Status reason) {
        givenUp = isLive();
        leave(reason);
    }

    /// The call has ended for the fan-out when this returns, or is cancelled if nothing has left yet. What the node still
    /// says is dropped.
    ///
    /// @param reason how it is told to have ended
    /// @param limit  for the call to end by itself
    /// @param to     where it is kept until then
    void release(Status reason, Duration limit, LingeringCalls to) {
        if (!isLive()) {
            return;
        }
        if (!sent) {
            leave(reason);
            return;
        }
        releasedTo = to;
        to.add(this);
        requestAll();
        releaseLimit = loop.schedule(() -> cancelReleased(reason), limit.toNanos(), TimeUnit.NANOSECONDS);
        end(reason);
    }

    private void cancelReleased(Status reason) {
        if (call != null) {
            call.cancel(reason.getDescription(), null);
        }
    }

    /// Of a call that was released.
    @Override
    public void cutOff() {
        loop.execute(() -> cancelReleased(FanOut.STOPPING));
    }

    /// The headers of the answer, until they are taken.
    @Nullable Metadata takeHeaders() {
        var taken = headers;
        headers = null;
        return taken;
    }

    Metadata trailers() {
        return trailers;
    }

    /// How it ended.
    Status status() {
        if (end == null) {
            throw new IllegalStateException("call to " + node() + " has not ended");
        }
        return end;
    }

    DestinationEnd destinationEnd() {
        var status = status();
        boolean byNode = answered && !givenUp && releasedTo == null;
        return new DestinationEnd(node(), Statuses.code(status), Statuses.text(status), sent, byNode);
    }

    // from the node

    /// A connection was chosen.
    void connected() {
        streamCreated = true;
        cancel(connectLimit);
    }

    /// The headers have left.
    void sent() {
        sent = true;
    }

    /// The node has ended the call.
    void answered() {
        answered = true;
    }

    @Override
    public void onHeaders(Metadata received) {
        headers = received;
    }

    @Override
    public void onMessage(InputStream message) {
        if (first && releasedTo == null && leaving == null) {
            fanOut.answered(this, message);
        }
    }

    @Override
    public void onReady() {
        if (stallLimit != null && hasRoom()) {
            stallLimit.cancel(false);
            stallLimit = null;
        }
        fanOut.nodeReady();
    }

    @Override
    public void onClose(Status status, Metadata received) {
        if (releasedTo != null) {
            cancel(releaseLimit);
            tellFeedback(status);
            releasedTo.remove(this);
        } else if (end == null) {
            trailers = received;
            end(answered && !givenUp ? status : leaving != null ? leaving : unanswered(status));
        }
    }

    private void end(Status how) {
        end = how;
        cancel(connectLimit);
        cancel(stallLimit);
        if (opened && releasedTo == null) {
            tellFeedback(how);
        }
        fanOut.ended(this);
    }

    private void tellFeedback(Status status) {
        parts.feedback().ended(node(), parts.clock().nanos() - startedAt, Statuses.isFault(status));
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /// What an end means that did not come from the node. A node that is stopped by force cancels its calls, which is not the
    /// client's doing. grpc-java's texts name classes and pipelines; people need the cause.
    private Status unanswered(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, UNKNOWN, CANCELLED -> {
                var text = sent ? "call to " + node() + " was cut off" : "no connection to " + node();
                var cause = status.getCause();
                var reason = cause != null && cause.getMessage() != null ? cause.getMessage() : Statuses.text(status);
                var firstLine = reason.lines().findFirst().map(line -> ": " + line).orElse("");
                yield Status.UNAVAILABLE.withDescription(text + firstLine);
            }
            default -> status;
        };
    }
}
