package io.quaestor.wire;

import io.grpc.Attributes;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.quaestor.wire.yamux.SessionListener;
import io.quaestor.wire.yamux.YamuxHandler;
import io.quaestor.wire.yamux.YamuxStream;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out what a new connection is: plain HTTP/2, or `backchannel` and then HTTP/2 on stream 1 (TR 1.1).
///
/// The HTTP/2 handler is put in only when the client's preface is there, on the connection or on stream 1: it writes
/// SETTINGS as soon as it is in the pipeline, and nothing may be written before the magic was read and stream 1 was opened. What is
/// neither is closed at once; what says too little, after a limit.
final class AcceptingHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(AcceptingHandler.class);

    private final ChannelHandler grpc;
    private final WireLimits limits;
    private final Attributes attached;
    private @Nullable ProtocolNegotiationEvent negotiation;
    private @Nullable WireSession session;
    private @Nullable Future<?> limit;
    private ByteBuf start = Unpooled.EMPTY_BUFFER;

    AcceptingHandler(ChannelHandler grpc, WireLimits limits, Attributes attached) {
        this.grpc = grpc;
        this.limits = limits;
        this.attached = attached;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        limit = ctx.executor()
                .schedule(
                        () -> close(ctx, "said nothing usable within " + limits.negotiation().toMillis() + " ms"),
                        limits.negotiation().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (limit != null) {
            limit.cancel(false);
        }
        start.release();
        start = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ProtocolNegotiationEvent before) {
            negotiation = before;
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        start = start.isReadable() ? Unpooled.wrappedBuffer(start, bytes) : bytes;
        if (session == null && Magic.BACKCHANNEL.begins(start)) {
            multiplex(ctx);
        } else if (Magic.HTTP2.begins(start)) {
            serve(ctx);
        } else if (!Magic.HTTP2.fits(start) && !(session == null && Magic.BACKCHANNEL.fits(start))) {
            close(ctx, "speaks neither HTTP/2 nor backchannel");
        }
    }

    private void multiplex(ChannelHandlerContext ctx) {
        ByteBuf rest = start.skipBytes(Magic.BACKCHANNEL.length());
        start = Unpooled.EMPTY_BUFFER;
        YamuxHandler yamux = new YamuxHandler(false, limits.yamux());
        ctx.pipeline().addBefore(ctx.name(), null, yamux);
        WireSession accepted = new WireSession(yamux.session(), attached, limits);
        session = accepted;
        yamux.session().listen(new Refusing(accepted));
        yamux.channelRead(ctx.pipeline().context(yamux), rest);
    }

    private void serve(ChannelHandlerContext ctx) {
        ByteBuf preface = start;
        start = Unpooled.EMPTY_BUFFER;
        ProtocolNegotiationEvent event = Objects.requireNonNull(negotiation, "negotiated before the connection was active");
        ctx.pipeline().replace(ctx.name(), null, grpc);
        ctx.fireUserEventTriggered(session == null ? event : Negotiator.withSession(event, session));
        ctx.fireChannelRead(preface);
    }

    private static void close(ChannelHandlerContext ctx, String reason) {
        LOG.debug("connection from {} {}", ctx.channel().remoteAddress(), reason);
        ctx.close();
    }

    /// A client opens stream 1 and no other (TR 1.3).
    private record Refusing(WireSession session) implements SessionListener {

        @Override
        public boolean accepts() {
            return false;
        }

        @Override
        public void opened(YamuxStream stream) {
            stream.reset();
        }

        @Override
        public void closed() {
            session.closed();
        }
    }
}
