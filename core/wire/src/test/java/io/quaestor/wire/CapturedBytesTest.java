package io.quaestor.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.quaestor.wire.sidechannel.SidechannelOpening;
import io.quaestor.wire.yamux.StreamListener;
import io.quaestor.wire.yamux.YamuxStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The bytes that unmodified Go programs exchange (TR appendix B), each side played once by ours.
class CapturedBytesTest {

    private static final String MAGIC = "6261636b6368616e6e656c";
    private static final String PREFACE = "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a";
    private static final WireLimits GITALYS_CLIENT = limits(262_144);
    private static final WireLimits GITALY = limits(16 << 20);

    private final Http2 http2 = new Http2();

    private static WireLimits limits(int window) {
        return WireLimits.standard()
                .withYamux(WireLimits.standard().yamux().withWindows(window, window));
    }

    @Test
    void theDiallingSideSaysWhatAGoClientSays() {
        EmbeddedChannel channel = dial();
        assertThat(sent(channel)).isEqualTo(MAGIC + "000100010000000100000000");

        http2.write(PREFACE);
        http2.write("000000040000000000");
        assertThat(sent(channel))
                .isEqualTo("000000000000000100000018" + PREFACE + "000000000000000100000009" + "000000040000000000");

        receive(channel, "000100020000000100fc0000"); // ACK of stream 1
        receive(channel, "000100010000000200fc0000"); // SYN of stream 2
        receive(channel, "00000000000000010000000f" + "000006040000000000000500004000");
        assertThat(http2.received()).isEqualTo("000006040000000000000500004000");
        assertThat(sent(channel)).isEqualTo("000100020000000200000000"); // ACK of stream 2
    }

    @Test
    void theAcceptingSideSaysWhatGitalySays() throws Exception {
        EmbeddedChannel channel = accept();
        receive(channel, MAGIC);
        assertThat(sent(channel)).isEmpty();
        receive(channel, "000100010000000100000000"); // SYN of stream 1
        assertThat(sent(channel)).isEqualTo("000100020000000100fc0000");
        assertThat(http2.added).isFalse();

        receive(channel, "000000000000000100000018" + PREFACE);
        assertThat(http2.received()).isEqualTo(PREFACE);
        http2.write("000006040000000000000500004000");
        assertThat(sent(channel)).isEqualTo("00000000000000010000000f" + "000006040000000000000500004000");

        http2.session().yamux().open();
        assertThat(sent(channel)).isEqualTo("000100010000000200fc0000");
    }

    @Test
    void aSidechannelIsAnsweredAsByAGoClient() {
        EmbeddedChannel channel = dial();
        receive(channel, "000100020000000100fc0000");
        Received got = new Received();
        assertThat(http2.session().sidechannels().expect(got::on)).isZero();
        sent(channel);

        receive(channel, "000100010000000400fc0000"); // SYN
        receive(channel, "00000000000000040000000b" + "7369646563" + "68616e6e656c");
        receive(channel, "000000000000000400000008" + "0000000000000000");
        assertThat(sent(channel)).isEqualTo("000100020000000400000000" + "000000000000000400000002" + "6f6b");

        got.stream.write(ascii("000ehello side0000"));
        assertThat(sent(channel)).isEqualTo("000000000000000400000012" + hex("000ehello side0000"));
        receive(channel, "000000000000000400000008" + hex("reply:10"));
        receive(channel, "000100040000000400000000"); // FIN
        got.stream.finish();

        assertThat(got.events).containsExactly("reply:10", "finished");
        assertThat(sent(channel)).isEqualTo("000100040000000400000000");
    }

    @Test
    void aSidechannelIsOpenedAsByGitaly() {
        EmbeddedChannel channel = accept();
        receive(channel, MAGIC + "000100010000000100000000" + "000000000000000100000018" + PREFACE);
        http2.received();
        sent(channel);
        Received got = new Received();

        http2.session().sidechannels().open(0, new SidechannelOpening() {
            @Override
            public void opened(YamuxStream stream) {
                got.on(stream);
            }

            @Override
            public void failed(String reason) {
                got.events.add(reason);
            }
        });
        assertThat(sent(channel))
                .isEqualTo("000100010000000200fc0000" + "000000000000000200000013" + hex("sidechannel") + "0000000000000000");

        receive(channel, "000100020000000200000000" + "000000000000000200000002" + "6f6b");
        receive(channel, "000000000000000200000004" + hex("000e"));
        receive(channel, "00000000000000020000000a" + hex("hello side"));
        receive(channel, "000000000000000200000004" + hex("0000"));
        assertThat(String.join("", got.events)).isEqualTo("000ehello side0000");

        got.stream.write(ascii("reply:10"));
        got.stream.finish();
        receive(channel, "000100040000000200000000");
        assertThat(sent(channel)).isEqualTo("000000000000000200000008" + hex("reply:10") + "000100040000000200000000");
        assertThat(got.stream.isGone()).isTrue();
    }

    private EmbeddedChannel dial() {
        return negotiating(new DiallingHandler(http2, GITALYS_CLIENT, Attributes.EMPTY, Optional.empty()));
    }

    private EmbeddedChannel accept() {
        return negotiating(new AcceptingHandler(http2, GITALY, Attributes.EMPTY));
    }

    private static EmbeddedChannel negotiating(ChannelInboundHandlerAdapter handler) {
        EmbeddedChannel channel = new EmbeddedChannel(handler);
        channel.pipeline().fireUserEventTriggered(InternalProtocolNegotiationEvent.getDefault());
        return channel;
    }

    private static void receive(EmbeddedChannel channel, String hex) {
        channel.writeInbound(Unpooled.copiedBuffer(HexFormat.of().parseHex(hex)));
    }

    private static String sent(EmbeddedChannel channel) {
        channel.runPendingTasks();
        StringBuilder hex = new StringBuilder();
        for (ByteBuf bytes; (bytes = channel.readOutbound()) != null; bytes.release()) {
            hex.append(ByteBufUtil.hexDump(bytes));
        }
        return hex.toString();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static ByteBuf ascii(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    /// Stands where HTTP/2 stands.
    private static final class Http2 extends ChannelInboundHandlerAdapter {

        boolean added;
        private Optional<ChannelHandlerContext> context = Optional.empty();
        private Optional<WireSession> session = Optional.empty();
        private final ByteBuf in = Unpooled.buffer();

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            added = true;
            context = Optional.of(ctx);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            session = WireSession.of(InternalProtocolNegotiationEvent.getAttributes(
                    (io.grpc.netty.ProtocolNegotiationEvent) event));
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            in.writeBytes((ByteBuf) message);
            ((ByteBuf) message).release();
        }

        WireSession session() {
            return session.orElseThrow();
        }

        void write(String hex) {
            context.orElseThrow().writeAndFlush(Unpooled.copiedBuffer(HexFormat.of().parseHex(hex)));
        }

        String received() {
            String hex = ByteBufUtil.hexDump(in);
            in.clear();
            return hex;
        }
    }

    private static final class Received implements StreamListener {

        YamuxStream stream;
        final List<String> events = new ArrayList<>();

        void on(YamuxStream opened) {
            stream = opened;
            opened.listen(this);
        }

        @Override
        public void data(ByteBuf bytes) {
            events.add(bytes.toString(StandardCharsets.US_ASCII));
            stream.credit(bytes.readableBytes());
            bytes.release();
        }

        @Override
        public void finished() {
            events.add("finished");
        }

        @Override
        public void aborted(String reason) {
            events.add("aborted: " + reason);
        }
    }
}
