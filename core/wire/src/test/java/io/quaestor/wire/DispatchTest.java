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
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of a stream that the peer opened on a connection that we made, by what it says first.
class DispatchTest {

    private static final String ACK = "000100020000000200000000";
    private static final String FIN = "000100040000000200000000";
    private static final String RST = "000100080000000200000000";

    private final Set<Integer> seen = new HashSet<>();
    private final SessionCatcher http2 = new SessionCatcher();
    private final EmbeddedChannel channel = new EmbeddedChannel(new DiallingHandler(
            http2,
            WireLimits.standard().withYamux(WireLimits.standard().yamux().withWindows(262_144, 262_144)),
            Attributes.EMPTY,
            Optional.empty()));

    {
        channel.freezeTime();
        channel.pipeline().fireUserEventTriggered(InternalProtocolNegotiationEvent.getDefault());
        sent();
    }

    @Test
    void aSidechannelIsRecognisedHoweverItIsSplit() {
        StringBuilder opened = new StringBuilder();
        long id = http2.session().sidechannels().expect(stream -> opened.append("opened"));
        for (byte b : ("sidechannel" + "\0".repeat(7) + (char) id).getBytes(StandardCharsets.ISO_8859_1)) {
            assertThat(opened).isEmpty();
            say(2, new byte[] {b});
        }

        assertThat(opened).hasToString("opened");
        assertThat(sent()).isEqualTo(ACK + "000000000000000200000002" + "6f6b");
    }

    @Test
    void anIdIsGoodForOneStream() {
        long id = http2.session().sidechannels().expect(stream -> {});
        say(2, ("sidechannel" + "\0".repeat(7) + (char) id).getBytes(StandardCharsets.ISO_8859_1));
        sent();

        say(4, ("sidechannel" + "\0".repeat(7) + (char) id).getBytes(StandardCharsets.ISO_8859_1));

        assertThat(sent()).isEqualTo("000100020000000400000000" + "000100040000000400000000");
    }

    @Test
    void anIdThatNobodyExpectsIsRefusedInOrder() { // the end without "ok" is what the server's error text comes from
        say(2, ("sidechannel" + "\0".repeat(8)).getBytes(StandardCharsets.US_ASCII));

        assertThat(sent()).isEqualTo(ACK + FIN);
    }

    @Test
    void aForgottenIdIsRefused() {
        long id = http2.session().sidechannels().expect(stream -> {});
        assertThat(http2.session().sidechannels().forget(id)).isTrue();
        assertThat(http2.session().sidechannels().forget(id)).isFalse();

        say(2, ("sidechannel" + "\0".repeat(8)).getBytes(StandardCharsets.US_ASCII));

        assertThat(sent()).isEqualTo(ACK + FIN);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"x", "sidechannem", "PRI * HTTP/2.0"}) // no back channel server here
    void whatIsNeitherIsResetAtOnce(String start) {
        say(2, start.getBytes(StandardCharsets.US_ASCII));

        assertThat(sent()).isEqualTo(ACK + RST);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aStreamThatSaysNothingIsResetAfterTheLimit() {
        say(2, "sidechan".getBytes(StandardCharsets.US_ASCII));
        sent();

        channel.advanceTimeBy(9_999, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(sent()).isEmpty();
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();

        assertThat(sent()).isEqualTo(RST);
    }

    @Test
    void silentStreamsAreLimited() {
        for (int id = 2; id <= 512; id += 2) {
            say(id, new byte[0]);
        }
        sent();

        say(514, new byte[0]);

        assertThat(sent()).isEqualTo("000100080000020200000000");
    }

    private void say(int stream, byte[] bytes) {
        ByteBuf frame = Unpooled.buffer();
        boolean first = seen.add(stream);
        frame.writeShort(0).writeShort(first ? 1 : 0).writeInt(stream).writeInt(bytes.length).writeBytes(bytes);
        channel.writeInbound(frame);
    }

    private String sent() {
        channel.runPendingTasks();
        StringBuilder hex = new StringBuilder();
        for (ByteBuf bytes; (bytes = channel.readOutbound()) != null; bytes.release()) {
            hex.append(ByteBufUtil.hexDump(bytes));
        }
        return hex.toString();
    }

    private static final class SessionCatcher extends ChannelInboundHandlerAdapter {

        private Optional<WireSession> session = Optional.empty();

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            session = WireSession.of(InternalProtocolNegotiationEvent.getAttributes(
                    (io.grpc.netty.ProtocolNegotiationEvent) event));
        }

        WireSession session() {
            return session.orElseThrow();
        }
    }
}
