package io.quaestor.wire;

import io.grpc.Attributes;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// One side of a connection without a socket, with the test as its peer and with a stub where HTTP/2 stands.
final class Negotiated {

    static final String MAGIC = hex("backchannel");
    static final String PREFACE = hex("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    final EmbeddedChannel channel = new EmbeddedChannel();
    private final Http2 http2 = new Http2();

    static Negotiated dialling(WireLimits limits) {
        Negotiated side = new Negotiated();
        return side.with(new DiallingHandler(side.http2, limits, Attributes.EMPTY, Optional.empty()));
    }

    static Negotiated accepting(WireLimits limits) {
        Negotiated side = new Negotiated();
        return side.with(new AcceptingHandler(side.http2, limits, Attributes.EMPTY));
    }

    /// An accepting side whose client has opened stream 1 and begun HTTP/2.
    static Negotiated accepted(WireLimits limits) {
        Negotiated side = accepting(limits);
        side.receive(MAGIC + "000100010000000100000000" + "000000000000000100000018" + PREFACE);
        side.http2Received();
        side.sent();
        return side;
    }

    /// The same window for all streams.
    static WireLimits windows(int window) {
        return WireLimits.standard()
                .withYamux(WireLimits.standard().yamux().withWindows(window, window));
    }

    private Negotiated with(ChannelInboundHandlerAdapter handler) {
        channel.config().setAllocator(new UnpooledByteBufAllocator(false, true)); // what a test does not look at is no leak
        channel.freezeTime(); // before the handler sets its limits
        channel.pipeline().addLast(handler);
        channel.pipeline().fireUserEventTriggered(InternalProtocolNegotiationEvent.getDefault());
        return this;
    }

    void receive(String hex) {
        channel.writeInbound(Unpooled.copiedBuffer(HexFormat.of().parseHex(hex)));
    }

    String sent() {
        channel.runPendingTasks();
        StringBuilder hex = new StringBuilder();
        for (ByteBuf bytes; (bytes = channel.readOutbound()) != null; bytes.release()) {
            hex.append(ByteBufUtil.hexDump(bytes));
        }
        return hex.toString();
    }

    void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    WireSession session() {
        return http2.session.orElseThrow();
    }

    boolean isMultiplexed() {
        return http2.session.isPresent();
    }

    boolean http2Began() {
        return http2.context.isPresent();
    }

    void http2Writes(String hex) {
        http2.context.orElseThrow().writeAndFlush(Unpooled.copiedBuffer(HexFormat.of().parseHex(hex)));
    }

    /// What reached HTTP/2 since it was last asked.
    String http2Received() {
        String hex = ByteBufUtil.hexDump(http2.in);
        http2.in.clear();
        return hex;
    }

    static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static final class Http2 extends ChannelInboundHandlerAdapter {

        private Optional<ChannelHandlerContext> context = Optional.empty();
        private Optional<WireSession> session = Optional.empty();
        private final ByteBuf in = Unpooled.buffer();

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            context = Optional.of(ctx);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            session = WireSession.of(
                    InternalProtocolNegotiationEvent.getAttributes((ProtocolNegotiationEvent) event));
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            in.writeBytes((ByteBuf) message);
            ((ByteBuf) message).release();
        }
    }
}
