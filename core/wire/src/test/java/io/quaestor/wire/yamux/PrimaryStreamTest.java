package io.quaestor.wire.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/// Stream 1, which is the connection for everything above in the pipeline.
class PrimaryStreamTest {

    private final Wire wire = Wire.accepted(Wire.small());

    @Test
    void itsDataGoesUpThePipelineAndIsCreditedAtOnce() {
        wire.data(0, 1, new byte[70_000]);

        assertThat(wire.sent()).containsExactly("WINDOW 1 70000");
        int total = 0;
        for (ByteBuf bytes; (bytes = wire.channel.readInbound()) != null; bytes.release()) {
            total += bytes.readableBytes();
        }
        assertThat(total).isEqualTo(70_000);
    }

    @Test
    void writesOfOneFlushShareAFrame() {
        wire.channel.write(Unpooled.wrappedBuffer(new byte[9]));
        wire.channel.write(Unpooled.EMPTY_BUFFER);
        wire.channel.write(Unpooled.wrappedBuffer(new byte[1000]));
        assertThat(wire.sent()).isEmpty();

        wire.channel.flush();

        assertThat(wire.sent()).containsExactly("DATA 1 1009");
    }

    @Test
    void framesAreNotLargerThan64KiB() {
        wire.channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[100_000]));

        assertThat(wire.sent()).containsExactly("DATA 1 65536", "DATA 1 34464");
    }

    @Test
    void aUsedUpWindowLooksLikeAFullSocket() {
        wire.channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[Frame.INITIAL_WINDOW]));
        assertThat(wire.channel.isWritable()).isTrue();
        wire.channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[10]));
        wire.sent();
        assertThat(wire.channel.isWritable()).isFalse();

        wire.frame(Frame.WINDOW_UPDATE, 0, 1, 5);
        assertThat(wire.channel.isWritable()).isFalse();
        wire.frame(Frame.WINDOW_UPDATE, 0, 1, 5);

        assertThat(wire.channel.isWritable()).isTrue();
        assertThat(wire.sent()).containsExactly("DATA 1 5", "DATA 1 5");
    }

    @Test
    void otherStreamsGoOnWhileItsWindowIsUsedUp() throws YamuxException {
        wire.channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[Frame.INITIAL_WINDOW + 1]));
        wire.sent();

        wire.session.open().write(Unpooled.wrappedBuffer(new byte[200_000]));

        assertThat(wire.sent()).hasSize(8); // SYN and seven frames
    }

    @Test
    void itsEndIsTheEndOfTheConnection() {
        wire.data(Frame.FIN, 1, new byte[5]);

        ByteBuf last = wire.channel.readInbound();
        assertThat(last.readableBytes()).isEqualTo(5);
        last.release();
        assertThat(wire.channel.isOpen()).isFalse();
    }

    @Test
    void itsResetIsTheEndOfTheConnection() {
        wire.frame(Frame.WINDOW_UPDATE, Frame.RST, 1, 0);

        assertThat(wire.channel.isOpen()).isFalse();
    }

    @Test
    void anAcceptingSideTakesNoOtherStreamFromTheClient() { // TR 1.3
        wire.frame(Frame.WINDOW_UPDATE, Frame.SYN, 3, 0);

        assertThat(wire.sent()).containsExactly("WINDOW+RST 3 0");
    }

    @Test
    void writesBeforeItIsOpenFail() {
        Wire early = new Wire(false, Wire.small());

        assertThat(early.channel.writeOneOutbound(Unpooled.wrappedBuffer(new byte[1])).isSuccess())
                .isFalse();
        assertThat(early.sent()).isEmpty();
    }
}
