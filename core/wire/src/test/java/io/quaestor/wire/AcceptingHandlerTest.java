package io.quaestor.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of a new connection, by what it says first.
class AcceptingHandlerTest {

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final Http2 http2 = new Http2();
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new AcceptingHandler(http2, WireLimits.standard(), Attributes.EMPTY));

    {
        channel.freezeTime();
        channel.pipeline().fireUserEventTriggered(InternalProtocolNegotiationEvent.getDefault());
    }

    @Test
    void plainHttp2IsRecognisedHoweverItIsSplit() {
        for (byte b : PREFACE.getBytes(StandardCharsets.US_ASCII)) {
            assertThat(http2.received).isEmpty();
            channel.writeInbound(Unpooled.copiedBuffer(new byte[] {b}));
        }
        say("more");

        assertThat(http2.received).hasToString(PREFACE + "more");
        assertThat(http2.multiplexed).isFalse();
        assertThat(channel.outboundMessages()).isEmpty();
    }

    @Test
    void aMultiplexedConnectionIsRecognisedHoweverItIsSplit() {
        String first = "backchannel" + latin("000100010000000100000000" + "000000000000000100000018") + PREFACE;
        for (byte b : first.getBytes(StandardCharsets.ISO_8859_1)) {
            channel.writeInbound(Unpooled.copiedBuffer(new byte[] {b}));
        }

        assertThat(http2.received).hasToString(PREFACE);
        assertThat(http2.multiplexed).isTrue();
    }

    @Test
    void http2BeginsOnlyOnStream1() {
        say("backchannel" + PREFACE); // what follows the magic must be yamux

        assertThat(http2.received).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "\u0016\u0003\u0001", "backchannex", "PRI * HTTP/1", "x"})
    void garbageIsClosedAtOnce(String garbage) {
        say(garbage);

        assertThat(channel.isOpen()).isFalse();
        assertThat(http2.received).isEmpty();
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"", "PRI * HTTP/", "back", "backchannel"})
    void whoSaysTooLittleIsClosedAfterTheLimit(String start) {
        say(start);

        pass(9_999);
        assertThat(channel.isOpen()).isTrue();
        pass(1);

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aMultiplexedConnectionWithoutHttp2IsClosedAfterTheLimit() {
        say("backchannel" + latin("000100010000000100000000"));

        pass(10_000);

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void theLimitEndsWithTheNegotiation() {
        say(PREFACE);

        pass(60_000);

        assertThat(channel.isOpen()).isTrue();
    }

    private void say(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private static String latin(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }

    private static final class Http2 extends ChannelInboundHandlerAdapter {

        final StringBuilder received = new StringBuilder();
        boolean multiplexed;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            multiplexed = WireSession.of(InternalProtocolNegotiationEvent.getAttributes(
                            (io.grpc.netty.ProtocolNegotiationEvent) event))
                    .isPresent();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            received.append(((ByteBuf) message).toString(StandardCharsets.ISO_8859_1));
            ((ByteBuf) message).release();
        }
    }
}
