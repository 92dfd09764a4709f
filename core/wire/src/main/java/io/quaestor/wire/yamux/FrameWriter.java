package io.quaestor.wire.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/// Writes frames towards the socket and flushes once per turn of the event loop instead of once per frame.
final class FrameWriter {

    /// Answers to the peer (pongs, refusals) that may wait for the socket. A peer that provokes more and does not read them
    /// wants our memory.
    private static final int MAX_WAITING_REPLIES = 10_000;

    private final ChannelHandlerContext ctx;
    private int waitingReplies;
    private boolean reading;
    private boolean flushNeeded;
    private boolean flushScheduled;

    FrameWriter(ChannelHandlerContext ctx) {
        this.ctx = ctx;
    }

    void control(int type, int flags, int streamId, int length) {
        ctx.write(header(type, flags, streamId, length));
        flushSoon();
    }

    /// A control frame that the peer can provoke at will.
    void reply(int type, int flags, int streamId, int length) throws YamuxException {
        if (waitingReplies >= MAX_WAITING_REPLIES) {
            throw new YamuxException("peer asks without reading the answers");
        }
        waitingReplies++;
        ctx.write(header(type, flags, streamId, length)).addListener(written -> waitingReplies--);
        flushSoon();
    }

    void dataHeader(int streamId, int length) {
        ctx.write(header(Frame.DATA, 0, streamId, length));
    }

    ChannelFuture body(ByteBuf bytes, ChannelPromise promise) {
        return ctx.write(bytes, promise);
    }

    ChannelPromise newPromise() {
        return ctx.newPromise();
    }

    /// Inside a batch of reads everything is flushed at its end.
    void readStarted() {
        reading = true;
    }

    void readCompleted() {
        reading = false;
        flushIfNeeded();
    }

    void flushSoon() {
        flushNeeded = true;
        if (!reading && !flushScheduled) {
            flushScheduled = true;
            ctx.executor().execute(() -> {
                flushScheduled = false;
                flushIfNeeded();
            });
        }
    }

    void flushNow() {
        flushNeeded = false;
        ctx.flush();
    }

    private void flushIfNeeded() {
        if (flushNeeded) {
            flushNow();
        }
    }

    private ByteBuf header(int type, int flags, int streamId, int length) {
        return Frame.write(ctx.alloc().buffer(Frame.HEADER_BYTES), type, flags, streamId, length);
    }
}
