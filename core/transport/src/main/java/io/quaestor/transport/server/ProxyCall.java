package io.quaestor.transport.server;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.quaestor.catalogue.Rpc;
import io.quaestor.coordinator.Exchange;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.Failures;
import io.quaestor.coordinator.Forwarding;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.transport.Messages;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One proxied call, as the client sees it.
///
/// ```text
///  waiting for the first message ──▶ led by the coordinator ──▶ forwarded, answered or failed ──▶ over
///    └──where clients send one only──▶ waiting for its end ──▶ led
/// ```
///
/// **Threads:** the event loop of the client's connection.
final class ProxyCall extends ServerCall.Listener<InputStream> implements Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyCall.class);

    private final ServerCall<InputStream, InputStream> call;
    private final ProxyParts parts;
    private final LingeringCalls lingering;
    private final Rpc rpc;
    private final MethodDescriptor<InputStream, InputStream> toNodes;
    private final Metadata headers;
    private final String correlationId;
    private final CallAccount account;
    private final int loopNumber;
    private final @Nullable Deadline deadline;
    private final @Nullable SidechannelGate sidechannel;
    private @Nullable FanOut fanOut;
    private byte @Nullable [] onlyMessage;
    private boolean led;
    private boolean halfClosed;
    private boolean headersSent;
    private volatile boolean over;

    /// Made on the event loop of the client's connection.
    ///
    /// @param toNodes     the method as nodes are called
    /// @param headers     what is left of the client's, without its token
    /// @param sidechannel `null` if the client announced none
    ProxyCall(
            ServerCall<InputStream, InputStream> call,
            ProxyParts parts,
            LingeringCalls lingering,
            Rpc rpc,
            MethodDescriptor<InputStream, InputStream> toNodes,
            Metadata headers,
            String correlationId,
            CallAccount account,
            @Nullable SidechannelGate sidechannel) {
        this.call = call;
        this.parts = parts;
        this.lingering = lingering;
        this.rpc = rpc;
        this.toNodes = toNodes;
        this.headers = headers;
        this.correlationId = correlationId;
        this.account = account;
        this.sidechannel = sidechannel;
        this.loopNumber = parts.loops().current();
        this.deadline = account.deadline();
    }

    /// Asks for the first message, and where only one may come for a second, so that it cannot hide the end.
    void begin() {
        call.request(rpc.streaming().isOfClient() ? 1 : 2);
    }

    // what the client does

    @Override
    public void onMessage(InputStream message) {
        if (over) {
            return;
        }
        account.received(Messages.length(message));
        if (fanOut != null) {
            fanOut.clientMessage(message);
        } else if (rpc.streaming().isOfClient()) {
            lead(Messages.read(message));
        } else if (onlyMessage == null) {
            onlyMessage = Messages.read(message);
        } else {
            fail(Failures.tooManyMessages(rpc));
        }
    }

    private void lead(byte[] firstMessage) {
        led = true;
        about(() -> leadNow(firstMessage));
    }

    private void leadNow(byte[] firstMessage) {
        try {
            parts.leader().lead(this, rpc, firstMessage);
        } catch (RuntimeException e) {
            LOG.error("a call failed by a defect of the proxy", e);
            fail(Failures.defect(e));
            if (fanOut != null) {
                fanOut.clientGone(Status.CANCELLED.withDescription("the call failed in the proxy"));
            }
        }
    }

    @Override
    public void onHalfClose() {
        halfClosed = true;
        if (fanOut != null) {
            fanOut.clientHalfClosed();
        } else if (onlyMessage != null && !over) {
            var message = onlyMessage;
            onlyMessage = null;
            lead(message);
        } else if (!led) {
            fail(new Failure(StatusCode.INTERNAL, "EOF")); // as Praefect says it (RT 1.4)
        }
    }

    @Override
    public void onReady() {
        if (fanOut != null) {
            fanOut.clientReady();
        }
    }

    @Override
    public void onCancel() {
        boolean wasOver = over;
        over = true;
        var reason = Contexts.statusFromCancelled(Context.current());
        if (reason == null) {
            reason = Status.CANCELLED.withDescription("the client has gone");
        }
        account.ended(reason, correlationId);
        if (fanOut != null && !wasOver) {
            var gone = reason.withDescription("the client has gone");
            var carried = fanOut;
            about(() -> carried.clientGone(gone));
        }
    }

    // what the coordinator asks

    @Override
    public @Nullable String header(String name) {
        return Headers.first(headers, Headers.known(name));
    }

    @Override
    public String correlationId() {
        return correlationId;
    }

    @Override
    public void execute(Runnable task) {
        loop().execute(() -> about(task));
    }

    @Override
    public Runnable later(Duration delay, Runnable task) {
        var timer = loop().schedule(() -> about(() -> guarded(task)), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
    }

    /// Netty is silent about what a timer's task throws.
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a task of a call failed by a defect of the proxy", e);
        }
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void forward(Forwarding forwarding) {
        if (over) {
            UnsentCall.end(forwarding);
            return;
        }
        assert halfClosed || rpc.streaming().isOfClient(); // grpc-java would keep the message and not say when there is room
        var made = new FanOut(this, parts, lingering, forwarding, headers, halfClosed, sidechannel);
        fanOut = made;
        made.open();
    }

    @Override
    public void answer(byte[] message) {
        if (!over) {
            send(null, Messages.of(message));
            close(null, Status.OK, new Metadata());
        }
    }

    @Override
    public void fail(Failure failure) {
        close(null, Statuses.of(failure), new Metadata());
    }

    // what the fan-out asks

    /// Does something whose log lines are about this call.
    void about(Runnable work) {
        CallLog.about(correlationId, work);
    }

    EventLoop loop() {
        return parts.loops().get(loopNumber);
    }

    int loopNumber() {
        return loopNumber;
    }

    /// As nodes are called.
    MethodDescriptor<InputStream, InputStream> method() {
        return toNodes;
    }

    @Nullable Deadline deadline() {
        return deadline;
    }

    boolean isReady() {
        return call.isReady();
    }

    void request() {
        call.request(1);
    }

    /// Sends one message of the answer.
    ///
    /// @param answerHeaders `null` if there are none, or they were sent before
    void send(@Nullable Metadata answerHeaders, InputStream message) {
        sendHeaders(answerHeaders == null ? new Metadata() : answerHeaders);
        account.sent(Messages.length(message));
        call.sendMessage(message);
    }

    /// Ends the call. Without effect if it has ended.
    ///
    /// @param answerHeaders `null` if there are none, or they were sent before
    void close(@Nullable Metadata answerHeaders, Status status, Metadata trailers) {
        if (over) {
            return;
        }
        over = true;
        if (answerHeaders != null) {
            sendHeaders(answerHeaders);
        }
        var told = Statuses.forClient(status, deadline);
        if (told.getCode() != status.getCode()) {
            trailers.discardAll(Headers.STATUS_DETAILS); // they repeat the code
        }
        call.close(told, trailers);
        account.ended(told, correlationId);
    }

    private void sendHeaders(Metadata answerHeaders) {
        if (!headersSent) {
            headersSent = true;
            call.sendHeaders(answerHeaders);
        }
    }
}
