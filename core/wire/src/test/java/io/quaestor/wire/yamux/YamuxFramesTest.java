package io.quaestor.wire.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.quaestor.wire.yamux.Wire.Heard;
import io.quaestor.wire.yamux.Wire.Streams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is made of the frames of a peer, good and bad.
class YamuxFramesTest {

    private final Wire wire = Wire.dialled(Wire.small());
    private final Streams streams = Streams.of(wire);

    private Heard opened(int id) {
        wire.frame(Frame.WINDOW_UPDATE, Frame.SYN, id, 0);
        wire.sent();
        return streams.heard.getLast();
    }

    @Test
    void framesMayBeSplitAnywhere() {
        String frames = "00 01 0001 00000002 00fc0000" // SYN
                + "00 00 0000 00000002 00000003 616263"
                + "00 02 0001 00000000 01020304" // ping
                + "00 00 0004 00000002 00000002 6465"; // FIN with data
        int length = Wire.fromHex(frames).readableBytes();
        for (int split = 1; split < length; split++) {
            Wire split1 = Wire.dialled(Wire.small());
            Streams of1 = Streams.of(split1);
            ByteBuf bytes = Wire.fromHex(frames);

            split1.bytes(bytes.readRetainedSlice(split));
            split1.bytes(bytes);

            assertThat(split1.sent()).as("split at %d", split).containsExactly("WINDOW+ACK 2 0", "PING+ACK 0 16909060");
            assertThat(ByteBufUtil.hexDump(of1.heard.getFirst().data)).isEqualTo("6162636465");
            assertThat(of1.heard.getFirst().events).endsWith("finished");
        }
    }

    @Test
    void framesMayComeByteByByte() {
        ByteBuf bytes = Wire.fromHex("00 01 0001 00000002 00000000  00 00 0004 00000002 00000002 6465");
        while (bytes.isReadable()) {
            wire.bytes(bytes.readRetainedSlice(1));
        }

        assertThat(streams.heard.getFirst().events).containsExactly("data 1", "data 1", "finished");
    }

    @Test
    void aFrameOf16MiBIsPassedOnAsItComes() {
        Wire large = Wire.dialled(YamuxLimits.standard().withWindows(16 << 20, 16 << 20));
        Streams of = Streams.of(large);
        large.frame(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
        large.frame(Frame.DATA, 0, 2, 16 << 20);

        for (int i = 0; i < 256; i++) {
            large.bytes(Unpooled.wrappedBuffer(new byte[64 * 1024]));
            assertThat(of.heard.getFirst().events).hasSize(i + 1);
        }

        assertThat(of.heard.getFirst().data.readableBytes()).isEqualTo(16 << 20);
        assertThat(large.channel.isOpen()).isTrue();
    }

    @Test
    void aStreamMayOpenAndEndInOneFrame() {
        wire.data(Frame.SYN | Frame.FIN, 2, new byte[] {1, 2, 3});

        assertThat(wire.sent()).containsExactly("WINDOW+ACK 2 0");
        assertThat(streams.heard.getFirst().events).containsExactly("data 3", "finished");
    }

    @Test
    void aStreamThatIsOpenedAndResetAtOnceIsNotHeardOf() {
        wire.frame(Frame.WINDOW_UPDATE, Frame.SYN | Frame.RST, 2, 0);

        assertThat(wire.sent()).isEmpty();
        assertThat(streams.heard).isEmpty();
        assertThat(wire.session.openStreams()).isEqualTo(1);
    }

    @Test
    void framesOfUnknownStreamsAreDrainedInSilence() {
        wire.data(0, 8, new byte[1000]);
        wire.frame(Frame.WINDOW_UPDATE, Frame.FIN, 8, 0);
        wire.frame(Frame.WINDOW_UPDATE, Frame.RST, 9, 7);

        assertThat(wire.sent()).isEmpty();
        assertThat(wire.channel.isOpen()).isTrue();
        assertThat(wire.session.counters().strayFrames()).isEqualTo(3);
        assertThat(opened(2).events).isEmpty(); // the decoder is still in step
    }

    @Test
    void lateDataForAResetStreamIsDrained() {
        Heard heard = opened(2);
        heard.stream.reset();
        assertThat(wire.sent()).containsExactly("WINDOW+RST 2 0");

        wire.data(0, 2, new byte[100]);
        wire.frame(Frame.WINDOW_UPDATE, Frame.FIN, 2, 0);

        assertThat(heard.events).isEmpty();
        assertThat(wire.sent()).isEmpty();
    }

    @Test
    void aResetIsNeverCreditAndItsLengthIsIgnored() { // libp2p puts an error code there
        YamuxStream stream = open();
        Heard heard = Heard.on(stream);
        stream.write(Unpooled.wrappedBuffer(new byte[Frame.INITIAL_WINDOW + 1]));
        wire.sent();

        wire.frame(Frame.WINDOW_UPDATE, Frame.RST, stream.id(), 70_000);

        assertThat(wire.sent()).isEmpty();
        assertThat(heard.events).endsWith("aborted: reset by peer");
        assertThat(stream.isGone()).isTrue();
        assertThat(wire.channel.isOpen()).isTrue();
    }

    @Test
    void aSecondFinIsTolerated() {
        Heard heard = opened(2);

        wire.frame(Frame.WINDOW_UPDATE, Frame.FIN, 2, 0);
        wire.frame(Frame.WINDOW_UPDATE, Frame.FIN, 2, 0);

        assertThat(heard.events).containsExactly("finished");
        assertThat(wire.channel.isOpen()).isTrue();
    }

    @Test
    void dataAfterFinResetsTheStreamAlone() {
        opened(2);
        wire.frame(Frame.WINDOW_UPDATE, Frame.FIN, 2, 0);

        wire.data(0, 2, new byte[5]);

        assertThat(wire.sent()).containsExactly("WINDOW+RST 2 0");
        assertThat(opened(4).events).isEmpty();
    }

    @Test
    void pingsAreAnsweredWithTheirValue() {
        wire.hex("00 02 0001 00000000 deadbeef");
        wire.hex("00 02 0002 00000000 00000001"); // an answer that nobody asked for

        assertThat(wire.sentHex()).isEqualTo("0002000200000000deadbeef");
    }

    @Test
    void aPeerThatWillGoAwayGetsNoMoreStreams() throws YamuxException {
        YamuxStream before = wire.session.open();

        wire.frame(Frame.GO_AWAY, 0, 0, 0);

        org.assertj.core.api.Assertions.assertThatThrownBy(wire.session::open).hasMessage("peer accepts no more streams");
        assertThat(before.isGone()).isFalse();
        assertThat(wire.channel.isOpen()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "01 00 0000 00000001 00000000", // another version
                "00 04 0000 00000000 00000000", // another type
                "00 01 0001 00000003 00000000", // a number of our own
                "00 01 0001 00000000 00000000", // number 0
                "00 00 0000 00000001 00040001", // more than the window
                "00 03 0000 00000000 00000001", // away with an error
                "00 01 0001 00000002 00000000 00 01 0001 00000002 00000000", // opened twice
            })
    void aBrokenProtocolEndsTheConnectionWithAWord(String frames) {
        wire.hex(frames);

        assertThat(wire.sent()).endsWith("GOAWAY 0 1");
        assertThat(wire.channel.isOpen()).isFalse();
        assertThat(streams.closed).isTrue();
    }

    @Test
    void moreThanTheWindowIsRefusedEvenInSmallFrames() {
        opened(2);
        for (int i = 0; i < 4; i++) {
            wire.data(0, 2, new byte[64 * 1024]);
        }
        assertThat(wire.channel.isOpen()).isTrue();

        wire.data(0, 2, new byte[1]);

        assertThat(wire.channel.isOpen()).isFalse();
    }

    @Test
    void aPeerThatAsksWithoutReadingIsCutOff() {
        Wire stuck = Wire.dialled(Wire.small());
        ByteBuf pings = Unpooled.buffer();
        for (int i = 0; i < 10_001; i++) {
            Frame.write(pings, Frame.PING, Frame.SYN, 0, i);
        }

        stuck.bytes(pings); // one read, so nothing is flushed in between

        assertThat(stuck.channel.isOpen()).isFalse();
    }

    private YamuxStream open() {
        try {
            return wire.session.open();
        } catch (YamuxException e) {
            throw new AssertionError(e);
        }
    }
}
