package io.quaestor.transport.server;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
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
import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.reading.ReadFeedback;
import io.quaestor.transport.Messages;
import io.quaestor.transport.client.NodeLink;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A call at one of its nodes.
///
/// **Threads:** the event loop of the client's call, which is also that of the node's connection.
final class NodeCall extends ClientCall.Listener<InputStream> {

    private static final CallOptions.Key<NodeCall> SELF = CallOptions.Key.create("io.quaestor.transport.node-call");
    private static final CallOptions OPTIONS = CallOptions.DEFAULT.withStreamTracerFactory(new TraceFactory());
    private static final int ALL = Integer.MAX_VALUE;

    private final FanOut fanOut;
    private final Destination destination;
    private final boolean first;
    private final ReadFeedback feedback;
    private final Clock clock;
    private @Nullable ClientCall<InputStream, InputStream> call;
    private @Nullable Future<?> connectLimit;
    private @Nullable Future<?> stallLimit;
    private @Nullable Metadata headers;
    private Metadata trailers = new Metadata();
    private @Nullable Status end;
    private @Nullable Status leaving;
    private long startedAt;
    private boolean streamCreated;
    private boolean sent;
    private boolean answered;

    /// @param first whether it answers the client
    NodeCall(FanOut fanOut, Destination destination, boolean first, ReadFeedback feedback, Clock clock) {
        this.fanOut = fanOut;
        this.destination = destination;
        this.first = first;
        this.feedback = feedback;
        this.clock = clock;
    }

    /// Opens the call and sends the first message. It may have ended when this returns.
    ///
    /// @param link          `null` if there is no such node
    /// @param stripped      what is left of the client's headers
    /// @param bytesInFlight how much may wait for the node; 0 leaves it to grpc-java
    /// @param sidechannel   `null` if the client wants none, or not from this node
    void open(
            @Nullable NodeLink link,
            MethodDescriptor<InputStream, InputStream> method,
            @Nullable Deadline deadline,
            Metadata stripped,
            int bytesInFlight,
            boolean halfClosed,
            @Nullable SidechannelGate sidechannel) {
        startedAt = clock.nanos();
        feedback.started(node());
        if (link == null) {
            leaving = Status.UNAVAILABLE.withDescription("no connection to " + node());
            onClose(leaving, new Metadata());
            return;
        }
        var options = OPTIONS.withOption(SELF, this).withDeadline(deadline);
        if (bytesInFlight > 0) {
            options = options.withOnReadyThreshold(bytesInFlight);
        }
        if (sidechannel != null) {
            options = sidechannel.announcedBy(options);
        }
        var opened = link.channel().newCall(method, options);
        call = opened;
        if (!link.isReady()) {
            connectLimit = link.loop()
                    .schedule(
                            () -> leave(Status.UNAVAILABLE.withDescription("no connection to " + node() + " in time")),
                            link.connectLimitNanos(),
                            TimeUnit.NANOSECONDS);
        }
        var before = Context.ROOT.attach(); // the fan-out decides when node calls are cancelled, not grpc-java
        try {
            var sentHeaders = Headers.forNode(stripped, destination.headers());
            link.authorize(sentHeaders);
            opened.start(this, sentHeaders);
            opened.request(first ? 1 : ALL);
            opened.sendMessage(Messages.of(destination.firstMessage()));
            if (halfClosed) {
                opened.halfClose();
            }
        } finally {
            Context.ROOT.detach(before);
        }
    }

    NodeId node() {
        return destination.node();
    }

    /// Whether the node still takes part.
    boolean isLive() {
        return end == null && leaving == null;
    }

    /// Whether less waits for the node than may.
    boolean hasRoom() {
        return call != null && call.isReady();
    }

    /// From now on the node has this long to make room; then it leaves.
    void limitStall(EventLoop loop, Duration limit) {
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

    /// Cancels the call. Its end follows, perhaps before this returns.
    ///
    /// @param reason how it is told to have ended
    void leave(Status reason) {
        if (isLive()) {
            leaving = reason;
            if (call != null) {
                call.cancel(reason.getDescription(), null);
            }
        }
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
        return new DestinationEnd(node(), Statuses.code(status), Statuses.text(status), sent, answered);
    }

    @Override
    public void onHeaders(Metadata received) {
        headers = received;
    }

    @Override
    public void onMessage(InputStream message) {
        if (first) {
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
        if (end != null) {
            return;
        }
        if (connectLimit != null) {
            connectLimit.cancel(false);
        }
        if (stallLimit != null) {
            stallLimit.cancel(false);
        }
        trailers = received;
        end = answered ? status : leaving != null ? leaving : unanswered(status);
        feedback.ended(node(), clock.nanos() - startedAt, Statuses.isFault(end));
        fanOut.ended(this);
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

    /// Tells how far a call came.
    private static final class Trace extends ClientStreamTracer {

        private final NodeCall call;

        Trace(NodeCall call) {
            this.call = call;
        }

        @Override
        public void streamCreated(Attributes connection, Metadata headers) {
            call.streamCreated = true;
            if (call.connectLimit != null) {
                call.connectLimit.cancel(false);
            }
        }

        @Override
        public void outboundHeaders() {
            call.sent = true;
        }

        @Override
        public void inboundTrailers(Metadata trailers) {
            call.answered = true;
        }
    }

    private static final class TraceFactory extends ClientStreamTracer.Factory {

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            var call = info.getCallOptions().getOption(SELF);
            if (call == null) {
                throw new IllegalStateException("a call that is no NodeCall");
            }
            return new Trace(call);
        }
    }
}
