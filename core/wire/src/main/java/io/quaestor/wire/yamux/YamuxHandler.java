package io.quaestor.wire.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// yamux in the pipeline of a socket: what is above sees stream 1 as if it were the connection (TR 3.9).
///
/// ```text
///  socket ⇄ [TLS] ⇄ YamuxHandler ⇄ HTTP/2 of stream 1
///                       └── YamuxStream 2, 3, 4 …
/// ```
///
/// The socket is always read (TR 3.7 R2); back-pressure is credit that is not given. For the handlers above, a used-up
/// window of stream 1 looks like a full socket: the channel becomes unwritable.
public final class YamuxHandler extends ChannelDuplexHandler {

    private static final Logger LOG = LoggerFactory.getLogger(YamuxHandler.class);

    /// Writes of one flush share a frame up to this size (TR 3.7 R13).
    private static final int FRAME = 64 * 1024;

    /// Bit of the channel's writability that stands for the window of stream 1.
    private static final int WINDOW_BIT = 1;

    /// The low mark must exceed what other streams may have in the socket's queue, or HTTP/2 might never see the channel
    /// writable.
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    private final boolean dialled;
    private final YamuxLimits limits;
    private final FrameDecoder decoder = new FrameDecoder(new LateSink());
    private @Nullable YamuxSession session;
    private @Nullable YamuxStream primary;
    private @Nullable FrameWriter writer;
    private @Nullable ChannelHandlerContext ctx;
    private boolean windowUsedUp;

    /// @param dialled whether this side made the connection; it then opens stream 1 as soon as the handler is in the pipeline
    /// of an active channel
    public YamuxHandler(boolean dialled, YamuxLimits limits) {
        this.dialled = dialled;
        this.limits = limits;
    }

    /// The session, once the handler is in a pipeline.
    public YamuxSession session() {
        return Objects.requireNonNull(session, "not in a pipeline yet");
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws YamuxException {
        ctx = context;
        context.channel().config().setWriteBufferWaterMark(WATER_MARK);
        FrameWriter frames = new FrameWriter(context);
        YamuxSession newSession = new YamuxSession(this, context, frames, dialled, limits);
        writer = frames;
        session = newSession;
        if (dialled) {
            primaryOpened(newSession.open());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        writer().readStarted();
        try {
            decoder.feed(bytes);
        } catch (YamuxException e) {
            fail(context, e);
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        writer().readCompleted();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf bytes)) {
            context.write(message, promise);
        } else if (primary == null) {
            bytes.release();
            promise.setFailure(new ClosedChannelException());
        } else {
            primary.write(bytes, promise);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        sendPrimary();
        writer().flushNow();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session().connectionLost();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        session().connectionLost();
    }

    void primaryOpened(YamuxStream stream) {
        primary = stream;
        stream.listen(new PrimaryListener(context(), stream));
    }

    void primaryWritten(long waiting) {
        if (waiting >= FRAME) {
            sendPrimary();
        }
    }

    void primaryGranted() {
        sendPrimary();
        writer().flushSoon();
    }

    private void sendPrimary() {
        YamuxStream stream = primary;
        if (stream == null) {
            return;
        }
        stream.sendAll(FRAME);
        boolean usedUp = stream.isStarved();
        if (usedUp != windowUsedUp) {
            windowUsedUp = usedUp;
            ChannelOutboundBuffer buffer = context().channel().unsafe().outboundBuffer();
            if (buffer != null) {
                buffer.setUserDefinedWritability(WINDOW_BIT, !usedUp);
            }
        }
    }

    /// R11: says why, then closes.
    private void fail(ChannelHandlerContext context, YamuxException e) {
        LOG.warn("{}: {}", session(), e.getMessage());
        ByteBuf goAway = context.alloc().buffer(Frame.HEADER_BYTES);
        context.writeAndFlush(Frame.write(goAway, Frame.GO_AWAY, 0, 0, 1));
        session().connectionLost();
        context.close();
    }

    private FrameWriter writer() {
        return Objects.requireNonNull(writer);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }

    /// The session exists only when the handler is in a pipeline.
    private final class LateSink implements FrameDecoder.Sink {

        @Override
        public void header(int type, int flags, int streamId, long length) throws YamuxException {
            session().header(type, flags, streamId, length);
        }

        @Override
        public void body(ByteBuf in, int length, boolean last) {
            session().body(in, length, last);
        }

        @Override
        public boolean isClosed() {
            return session().isClosed();
        }
    }

    /// Stream 1 goes up the pipeline. Its credit is given at once: HTTP/2 has windows of its own (TR 3.9).
    private record PrimaryListener(ChannelHandlerContext ctx, YamuxStream stream) implements StreamListener {

        @Override
        public void data(ByteBuf bytes) {
            stream.credit(bytes.readableBytes());
            ctx.fireChannelRead(bytes);
        }

        @Override
        public void finished() {
            ctx.close();
        }

        @Override
        public void aborted(String reason) {
            ctx.close();
        }
    }
}
