package io.quaestor.wire.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.quaestor.wire.yamux.Wire.Heard;
import io.quaestor.wire.yamux.Wire.Streams;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Opening, flow control and ending of streams.
class YamuxStreamTest {

    private static final int WINDOW = Frame.INITIAL_WINDOW;

    private final Wire wire = Wire.accepted(Wire.small());

    private static ByteBuf zeros(int length) {
        return Unpooled.wrappedBuffer(new byte[length]);
    }

    @Test
    void openingAnnouncesTheWindow() throws YamuxException {
        Wire large = Wire.accepted(YamuxLimits.standard().withWindows(16 << 20, 16 << 20));

        assertThat(large.session.open().id()).isEqualTo(2);
        assertThat(large.session.open().id()).isEqualTo(4);

        assertThat(large.sent()).containsExactly("WINDOW+SYN 2 16515072", "WINDOW+SYN 4 16515072");
    }

    @Test
    void dataGoesOutBeforeTheAcknowledgement() throws YamuxException {
        wire.session.open().write(zeros(19));

        assertThat(wire.sent()).containsExactly("WINDOW+SYN 2 0", "DATA 2 19");
    }

    @Test
    void writingStopsAtTheWindowAndGoesOnWithCredit() throws YamuxException {
        YamuxStream stream = wire.session.open();
        Heard heard = Heard.on(stream);
        ChannelFuture written = stream.write(zeros(WINDOW + 100_000));
        assertThat(stream.isWritable()).isFalse();
        assertThat(bytes(wire.sent())).isEqualTo(WINDOW);
        assertThat(written.isDone()).isFalse();

        wire.frame(Frame.WINDOW_UPDATE, Frame.ACK, 2, 40_000);
        assertThat(bytes(wire.sent())).isEqualTo(40_000);
        wire.frame(Frame.WINDOW_UPDATE, 0, 2, 1 << 20);

        assertThat(bytes(wire.sent())).isEqualTo(60_000);
        assertThat(written.isSuccess()).isTrue();
        assertThat(stream.isWritable()).isTrue();
        assertThat(heard.events).containsExactly("writable");
    }

    @Test
    void creditIsUnsignedAndCannotOverflow() throws YamuxException {
        YamuxStream stream = wire.session.open();
        for (int i = 0; i < 10; i++) {
            wire.frame(Frame.WINDOW_UPDATE, i == 0 ? Frame.ACK : 0, 2, -1);
        }

        stream.write(zeros(1 << 20));

        assertThat(bytes(wire.sent())).isEqualTo(1 << 20);
        assertThat(wire.channel.isOpen()).isTrue();
    }

    @Test
    void streamsTakeTurnsInSmallFrames() throws YamuxException {
        YamuxStream first = wire.session.open();
        YamuxStream second = wire.session.open();
        first.write(zeros(WINDOW + 200_000));
        second.write(zeros(WINDOW + 100_000));
        wire.sent();

        wire.hex("00 01 0002 00000002 00100000  00 01 0002 00000004 00100000"); // credit for both in one read

        List<String> sent = wire.sent();
        assertThat(sent).allMatch(frame -> Integer.parseInt(frame.split(" ")[2]) <= 32 * 1024);
        assertThat(sent.indexOf("DATA 4 32768")).isLessThan(sent.lastIndexOf("DATA 2 32768"));
        assertThat(bytes(sent)).isEqualTo(300_000);
    }

    @Test
    void creditIsGivenInQuartersOfTheWindow() {
        Wire dialled = Wire.dialled(Wire.small());
        Streams streams = Streams.of(dialled);
        dialled.frame(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
        YamuxStream stream = streams.heard.getFirst().stream;
        dialled.sent();
        dialled.data(0, 2, new byte[WINDOW]);

        stream.credit(WINDOW / 4 - 1);
        assertThat(dialled.sent()).isEmpty();
        stream.credit(1);

        assertThat(dialled.sent()).containsExactly("WINDOW 2 65536");
        dialled.data(0, 2, new byte[65_536]);
        assertThat(dialled.channel.isOpen()).isTrue();
    }

    @Test
    void noCreditIsGivenToAPeerThatHasEnded() {
        Wire dialled = Wire.dialled(Wire.small());
        Streams streams = Streams.of(dialled);
        dialled.data(Frame.SYN | Frame.FIN, 2, new byte[WINDOW]);
        dialled.sent();

        streams.heard.getFirst().stream.credit(WINDOW);

        assertThat(dialled.sent()).isEmpty();
    }

    @Test
    void finWaitsForWhatWasWrittenAndGoesOutOnce() throws YamuxException {
        YamuxStream stream = wire.session.open();
        stream.write(zeros(WINDOW + 1));
        stream.finish();
        stream.finish();
        assertThat(wire.sent()).noneMatch(frame -> frame.contains("FIN"));

        wire.frame(Frame.WINDOW_UPDATE, Frame.ACK, 2, 1);
        assertThat(wire.sent()).containsExactly("DATA 2 1", "WINDOW+FIN 2 0");
        stream.finish();
        stream.finishNow();

        assertThat(wire.sent()).isEmpty();
        assertThat(stream.write(zeros(1)).isSuccess()).isFalse();
        assertThat(wire.sent()).isEmpty();
    }

    @Test
    void finishingNowDropsWhatWaits() throws YamuxException {
        YamuxStream stream = wire.session.open();
        ChannelFuture written = stream.write(zeros(WINDOW + 1));
        stream.finish();
        wire.sent();

        stream.finishNow();

        assertThat(wire.sent()).containsExactly("WINDOW+FIN 2 0");
        assertThat(written.cause()).isNotNull();
    }

    @Test
    void aStreamIsForgottenWhenBothHaveFinished() throws YamuxException {
        YamuxStream stream = wire.session.open();
        stream.finish();
        assertThat(wire.session.openStreams()).isEqualTo(2);

        wire.frame(Frame.WINDOW_UPDATE, Frame.ACK | Frame.FIN, 2, 0);

        assertThat(wire.session.openStreams()).isEqualTo(1);
        assertThat(stream.isGone()).isTrue();
        wire.sent();
        stream.reset();
        assertThat(wire.sent()).isEmpty(); // nothing after the end
    }

    @Test
    void nothingFollowsAReset() throws YamuxException {
        YamuxStream stream = wire.session.open();
        ChannelFuture written = stream.write(zeros(WINDOW + 1));
        wire.sent();

        stream.reset();
        stream.reset();
        stream.finish();
        stream.credit(WINDOW);
        wire.frame(Frame.WINDOW_UPDATE, Frame.ACK, 2, WINDOW);

        assertThat(wire.sent()).containsExactly("WINDOW+RST 2 0");
        assertThat(written.cause()).isNotNull();
    }

    @Test
    void dataIsHeldUntilSomebodyListens() {
        Wire dialled = Wire.dialled(Wire.small());
        YamuxStream[] opened = new YamuxStream[1];
        dialled.session.listen(new SessionListener() {
            @Override
            public boolean accepts() {
                return true;
            }

            @Override
            public void opened(YamuxStream stream) {
                opened[0] = stream;
            }

            @Override
            public void closed() {}
        });
        dialled.data(Frame.SYN | Frame.FIN, 2, new byte[7]);
        assertThat(Heard.on(opened[0]).events).containsExactly("data 7", "finished");

        dialled.data(Frame.SYN, 4, new byte[8]);
        dialled.frame(Frame.WINDOW_UPDATE, Frame.RST, 4, 0);
        assertThat(Heard.on(opened[0]).events).containsExactly("data 8", "aborted: reset by peer");
    }

    @Test
    void aStreamThatIsNotAcknowledgedIsResetAndTheConnectionLives() throws YamuxException {
        Heard heard = Heard.on(wire.session.open());
        wire.sent();

        wire.channel.advanceTimeBy(75, TimeUnit.SECONDS);
        wire.channel.runScheduledPendingTasks();

        assertThat(wire.sent()).containsExactly("WINDOW+RST 2 0");
        assertThat(heard.events).containsExactly("aborted: not acknowledged within 75 s");
        assertThat(wire.channel.isOpen()).isTrue();
    }

    @Test
    void opensInFlightAreLimited() throws YamuxException {
        for (int i = 0; i < 256; i++) {
            wire.session.open();
        }
        assertThatThrownBy(wire.session::open).hasMessage("peer has not acknowledged 256 streams");

        wire.frame(Frame.WINDOW_UPDATE, Frame.ACK, 2, 0);
        wire.frame(Frame.WINDOW_UPDATE, Frame.ACK, 2, 0); // a second one frees nothing
        wire.session.open();

        assertThatThrownBy(wire.session::open).isInstanceOf(YamuxException.class);
    }

    @Test
    void streamsOfThePeerAreLimited() {
        Wire dialled = Wire.dialled(
                new YamuxLimits(WINDOW, WINDOW, 256L << 20, 2, 1, Duration.ofSeconds(1)));
        Streams streams = Streams.of(dialled);
        dialled.frame(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
        dialled.frame(Frame.WINDOW_UPDATE, Frame.SYN, 4, 0);
        dialled.sent();

        dialled.data(Frame.SYN, 6, new byte[10]);
        assertThat(dialled.sent()).containsExactly("WINDOW+RST 6 0");
        assertThat(dialled.session.counters().refused()).isEqualTo(1);
        streams.heard.getFirst().stream.reset();
        dialled.frame(Frame.WINDOW_UPDATE, Frame.SYN, 8, 0);
        assertThat(dialled.sent()).containsExactly("WINDOW+RST 2 0", "WINDOW+ACK 8 0");

        streams.heard.getLast().stream.reset();
        streams.accepting = false;
        dialled.frame(Frame.WINDOW_UPDATE, Frame.SYN, 10, 0);
        assertThat(dialled.sent()).containsExactly("WINDOW+RST 8 0", "WINDOW+RST 10 0");
    }

    @Test
    void theSumOfWindowsIsLimited() throws YamuxException {
        Wire tight = Wire.accepted(
                new YamuxLimits(WINDOW, 1 << 20, (1 << 20) + 300_000, 100, 100, Duration.ofSeconds(1)));

        YamuxStream first = tight.session.open();
        tight.session.open();
        assertThatThrownBy(tight.session::open).hasMessageContaining("windows of open streams");
        assertThat(tight.sent()).containsExactly("WINDOW+SYN 2 786432", "WINDOW+SYN 4 37856");

        first.reset();
        tight.session.open();
    }

    @Test
    void aDrainedStreamGetsCreditAndIsResetInTheEnd() throws YamuxException {
        YamuxStream stream = wire.session.open();
        wire.frame(Frame.WINDOW_UPDATE, Frame.ACK, 2, 0);
        stream.finish();
        stream.drain(Duration.ofMinutes(5));
        wire.sent();

        wire.data(0, 2, new byte[WINDOW]);
        assertThat(wire.sent()).containsExactly("WINDOW 2 262144");
        wire.channel.advanceTimeBy(5, TimeUnit.MINUTES);
        wire.channel.runScheduledPendingTasks();

        assertThat(wire.sent()).containsExactly("WINDOW+RST 2 0");
    }

    @Test
    void theEndOfTheConnectionEndsEveryStream() throws YamuxException {
        YamuxStream stream = wire.session.open();
        Heard heard = Heard.on(stream);
        ChannelFuture written = stream.write(zeros(WINDOW + 1));

        wire.channel.close();

        assertThat(heard.events).endsWith("aborted: connection lost");
        assertThat(written.cause()).isNotNull();
        assertThatThrownBy(wire.session::open).hasMessage("connection is closed");
    }

    @Test
    void aSlowNeighbourHoldsNoMoreMemoryThanItsBytes() {
        Wire dialled = Wire.dialled(Wire.small());
        ByteBuf[] held = new ByteBuf[1];
        Streams streams = Streams.of(dialled);
        dialled.frame(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
        streams.heard.getFirst().stream.listen(new StreamListener() {
            @Override
            public void data(ByteBuf bytes) {
                held[0] = bytes;
            }

            @Override
            public void finished() {}

            @Override
            public void aborted(String reason) {}
        });
        ByteBuf large = Unpooled.buffer(64 * 1024);
        Frame.write(large, Frame.DATA, 0, 2, 10).writeZero(10);
        Frame.write(large, Frame.DATA, 0, 1, 50_000).writeZero(50_000);

        dialled.bytes(large);

        assertThat(held[0].unwrap()).isNotSameAs(large);
        assertThat(held[0].capacity()).isLessThan(1024);
        held[0].release();
    }

    private static int bytes(List<String> frames) {
        return frames.stream()
                .filter(frame -> frame.startsWith("DATA"))
                .mapToInt(frame -> Integer.parseInt(frame.split(" ")[2]))
                .sum();
    }
}
