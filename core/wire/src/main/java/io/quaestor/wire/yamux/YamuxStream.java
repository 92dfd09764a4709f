package io.quaestor.wire.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One stream of a connection.
///
/// ```text
///          finish                peer's FIN
///   open ─────────▶ we finished ───────────▶ gone     reset, peer's RST, end of the connection:
///     └───────────▶ peer finished ─────────▶ gone     gone at once from anywhere
///      peer's FIN                 finish
/// ```
///
/// **Threads:** every method must be called on the event loop of the connection ([YamuxSession#eventLoop]).
public final class YamuxStream {

    private static final int WRITABLE_BELOW = 64 * 1024;
    private static final int WRITABLE_AGAIN_BELOW = 32 * 1024;

    private final YamuxSession session;
    private final int id;
    private final ReceiveWindow receiveWindow;
    private final SendQueue sending = new SendQueue();
    private final Deque<ByteBuf> unheard = new ArrayDeque<>();
    private @Nullable StreamListener listener;
    private @Nullable Future<?> acknowledgementLimit;
    private @Nullable String abortReason;
    private boolean finRequested;
    private boolean finSent;
    private boolean finReceived;
    private boolean finHeard;
    private boolean endHeard;
    private boolean inTurn;
    private boolean writerWaits;

    YamuxStream(YamuxSession session, int id, int window) {
        this.session = session;
        this.id = id;
        this.receiveWindow = new ReceiveWindow(window);
    }

    /// The number on the wire, unsigned.
    public int id() {
        return id;
    }

    public YamuxSession session() {
        return session;
    }

    /// Sets or replaces the listener, and hands over at once what arrived before there was one.
    public void listen(StreamListener newListener) {
        session.checkLoop();
        listener = newListener;
        for (ByteBuf bytes; (bytes = unheard.poll()) != null; ) {
            received(bytes); // which may replace the listener
        }
        if (abortReason != null && !endHeard) {
            hearAbort(abortReason);
        } else if (finReceived && !finHeard) {
            hearFin();
        }
    }

    /// Puts bytes back in front of what is still to come. There is no listener then, until somebody listens again.
    ///
    /// @param bytes ownership passes to the stream
    public void unread(ByteBuf bytes) {
        session.checkLoop();
        listener = null;
        if (bytes.isReadable()) {
            unheard.addFirst(bytes);
        } else {
            bytes.release();
        }
    }

    /// Sends bytes, or queues them as long as the peer gives no window. The queue itself has no limit: writers stop while
    /// [#isWritable] is false.
    ///
    /// @param bytes ownership passes to the stream
    /// @return fulfilled when the bytes were handed to the socket, failed when the stream ended before
    public ChannelFuture write(ByteBuf bytes) {
        ChannelPromise promise = session.writer().newPromise();
        write(bytes, promise);
        return promise;
    }

    void write(ByteBuf bytes, ChannelPromise promise) {
        session.checkLoop();
        if (finRequested || isGone()) {
            ReferenceCountUtil.release(bytes);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        sending.add(bytes, promise);
        if (!isWritable()) {
            writerWaits = true;
        }
        if (isPrimary()) {
            session.primaryWritten(sending.bytes());
        } else {
            pump();
        }
    }

    /// Whether less than 64 KiB wait to be sent. [StreamListener#writable] tells when it becomes true again.
    public boolean isWritable() {
        return sending.bytes() < WRITABLE_BELOW && !finRequested && !isGone();
    }

    /// Tells the peer, now or with later credit, that it may send `bytes` more.
    public void credit(int bytes) {
        session.checkLoop();
        if (finReceived || isGone()) {
            return;
        }
        int credit = receiveWindow.consume(bytes);
        if (credit > 0) {
            session.writer().control(Frame.WINDOW_UPDATE, 0, id, credit);
        }
    }

    /// Ends the own direction in order: FIN goes out after everything that was written. The peer may go on sending.
    /// Calling it again does nothing.
    public void finish() {
        session.checkLoop();
        if (finRequested || isGone()) {
            return;
        }
        finRequested = true;
        finishIfDrained();
    }

    /// Ends the own direction now, without what waits for window: for a peer that has ended and reads no more.
    public void finishNow() {
        session.checkLoop();
        sending.fail(new ClosedChannelException());
        finRequested = true;
        finishIfDrained();
    }

    /// Aborts both directions at once by RST. The peer loses what it has not read, and a writer of the peer is freed.
    /// What nobody listened to is dropped. On a stream that has ended nothing is sent.
    public void reset() {
        session.checkLoop();
        for (ByteBuf bytes; (bytes = unheard.poll()) != null; ) {
            bytes.release();
        }
        if (isGone()) {
            return;
        }
        session.resetSent();
        session.writer().control(Frame.WINDOW_UPDATE, Frame.RST, id, 0);
        abortReason = "reset here";
        endHeard = true;
        detach();
        sending.fail(new ClosedChannelException());
    }

    /// Reads on without using what comes, so that the peer can end in order; RST if it has not ended within `limit`.
    public void drain(Duration limit) {
        session.checkLoop();
        Future<?> timer = isGone() || finReceived
                ? session.eventLoop().newSucceededFuture(this)
                : session.eventLoop().schedule(this::reset, limit.toMillis(), TimeUnit.MILLISECONDS);
        listen(new DrainListener(this, timer));
    }

    /// Whether the peer said that it will send no more.
    public boolean isPeerFinished() {
        return finReceived;
    }

    /// Whether the stream has ended in both directions or was aborted.
    public boolean isGone() {
        return abortReason != null || (finSent && finReceived);
    }

    @Override
    public String toString() {
        return "stream " + Integer.toUnsignedString(id) + " of " + session;
    }

    // what the session tells

    int windowTarget() {
        return receiveWindow.target();
    }

    int announcement() {
        return receiveWindow.announcement();
    }

    void awaitAcknowledgement(Future<?> timer) {
        acknowledgementLimit = timer;
    }

    boolean isUnacknowledged() {
        return acknowledgementLimit != null;
    }

    /// @return whether it was still awaited
    boolean acknowledged() {
        if (acknowledgementLimit == null) {
            return false;
        }
        acknowledgementLimit.cancel(false);
        acknowledgementLimit = null;
        return true;
    }

    boolean allowsReceiving(long length) {
        return receiveWindow.receive(length);
    }

    void received(ByteBuf bytes) {
        if (listener == null) {
            unheard.add(bytes);
        } else {
            listener.data(bytes);
        }
    }

    void receivedFin() {
        if (finReceived || isGone()) { // a second FIN is tolerated
            return;
        }
        finReceived = true;
        if (finSent) {
            session.forget(this);
        }
        hearFin();
    }

    private void hearFin() {
        if (listener != null) {
            finHeard = true;
            listener.finished();
        }
    }

    private void hearAbort(String reason) {
        if (listener != null) {
            endHeard = true;
            listener.aborted(reason);
        }
    }

    void granted(long credit) {
        sending.grant(credit);
        if (isPrimary()) {
            session.primaryGranted();
        } else {
            pump();
        }
    }

    /// Ended from outside: RST received, connection lost.
    void abort(String reason) {
        if (isGone()) {
            return;
        }
        abortReason = reason;
        detach();
        hearAbort(reason); // before the writes fail, so that the reason is known to who hears of these
        sending.fail(new ClosedChannelException());
    }

    // sending

    private boolean isPrimary() {
        return id == YamuxSession.PRIMARY;
    }

    /// Whether stream 1 has bytes that the peer gives no window for.
    boolean isStarved() {
        return !sending.isEmpty() && !sending.hasWindow();
    }

    /// Stream 1 sends directly: HTTP/2 above it watches the channel itself.
    void sendAll(int frameSize) {
        while (sending.canSend()) {
            sending.send(session.writer(), id, sending.frameSize(frameSize));
        }
    }

    private void pump() {
        if (!inTurn && sending.canSend()) {
            inTurn = true;
            session.scheduler().ready(this);
        }
    }

    int turnSize(int chunk) {
        return sending.frameSize(chunk);
    }

    /// @return whether the stream wants another turn
    boolean takeTurn(int size, Runnable written) {
        inTurn = false;
        if (!sending.canSend()) { // reset meanwhile
            written.run();
            return false;
        }
        sending.send(session.writer(), id, size).addListener(done -> written.run());
        session.writer().flushSoon();
        finishIfDrained();
        if (writerWaits && sending.bytes() < WRITABLE_AGAIN_BELOW && isWritable()) {
            writerWaits = false;
            if (listener != null) {
                listener.writable();
            }
        }
        if (inTurn || !sending.canSend()) {
            return false;
        }
        inTurn = true;
        return true;
    }

    private void finishIfDrained() {
        if (finRequested && !finSent && !isGone() && sending.isEmpty()) {
            finSent = true;
            session.writer().control(Frame.WINDOW_UPDATE, Frame.FIN, id, 0);
            if (finReceived) {
                session.forget(this);
            }
        }
    }

    /// What arrived and was not heard yet can still be heard.
    private void detach() {
        if (acknowledged()) {
            session.acknowledgementEnded();
        }
        session.forget(this);
    }
}
