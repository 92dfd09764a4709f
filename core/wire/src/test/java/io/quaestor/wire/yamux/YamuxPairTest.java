package io.quaestor.wire.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Both sides against each other, and one side against noise. The same seed does the same.
class YamuxPairTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatOneSideWritesTheOtherReads(long seed) throws YamuxException {
        Random random = new Random(seed);
        Wire client = new Wire(true, Wire.small());
        Wire server = new Wire(false, YamuxLimits.standard().withWindows(1 << 20, 1 << 20));
        List<Checked> reading = new ArrayList<>();
        client.session.listen(new SessionListener() {
            @Override
            public boolean accepts() {
                return true;
            }

            @Override
            public void opened(YamuxStream stream) {
                reading.add(new Checked(stream));
            }

            @Override
            public void closed() {}
        });
        exchange(client.channel, server.channel, random);
        int[] sizes = random.ints(10, 0, 800_000).toArray();
        List<YamuxStream> writing = new ArrayList<>();
        for (int size : sizes) {
            writing.add(server.session.open());
            int written = 0;
            while (written < size) {
                int count = Math.min(size - written, 1 + random.nextInt(100_000));
                writing.getLast().write(pattern(written, count));
                written += count;
            }
            writing.getLast().finish();
        }

        for (int i = 0; i < 10_000 && (reading.size() < sizes.length || !reading.stream().allMatch(r -> r.finished)); i++) {
            exchange(client.channel, server.channel, random);
            reading.forEach(r -> r.credit(random));
        }
        reading.forEach(r -> r.stream.finish());
        exchange(client.channel, server.channel, random);

        assertThat(reading).extracting(r -> r.total).containsExactly(boxed(sizes));
        assertThat(client.session.openStreams()).isEqualTo(1);
        assertThat(server.session.openStreams()).isEqualTo(1);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14})
    void noiseNeverDoesMoreThanEndTheConnection(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            Wire wire = random.nextBoolean() ? Wire.dialled(Wire.small()) : Wire.accepted(Wire.small());
            Wire.Streams.of(wire);
            for (int i = 0; i < 40 && wire.channel.isOpen(); i++) {
                int type = random.nextInt(random.nextInt(20) == 0 ? 6 : 3);
                int length = type == Frame.DATA ? random.nextInt(2000) : random.nextInt();
                ByteBuf frame = Frame.write(Unpooled.buffer(), type, random.nextInt(16), random.nextInt(8), length);
                if (type == Frame.DATA) {
                    frame.writeZero(length);
                }
                wire.bytes(frame);
                for (ByteBuf up; (up = wire.channel.readInbound()) != null; up.release()) {}
                wire.sent();
            }
            wire.channel.close(); // throws what a handler threw
            wire.channel.checkException();
        }
    }

    private static void exchange(EmbeddedChannel one, EmbeddedChannel other, Random random) {
        boolean moved = true;
        while (moved) {
            moved = pass(one, other, random) | pass(other, one, random);
        }
    }

    private static boolean pass(EmbeddedChannel from, EmbeddedChannel to, Random random) {
        from.runPendingTasks();
        boolean moved = false;
        for (ByteBuf bytes; (bytes = from.readOutbound()) != null; ) {
            moved = true;
            while (bytes.isReadable()) {
                to.writeInbound(bytes.readRetainedSlice(Math.min(bytes.readableBytes(), 1 + random.nextInt(40_000))));
            }
            bytes.release();
        }
        return moved;
    }

    private static ByteBuf pattern(int from, int count) {
        ByteBuf bytes = Unpooled.buffer(count);
        for (int i = from; i < from + count; i++) {
            bytes.writeByte(i % 251);
        }
        return bytes;
    }

    private static Integer[] boxed(int[] sizes) {
        return java.util.Arrays.stream(sizes).boxed().toArray(Integer[]::new);
    }

    /// Reads a stream and checks the pattern; gives credit now and then.
    private static final class Checked implements StreamListener {

        final YamuxStream stream;
        int total;
        boolean finished;
        private int owed;

        Checked(YamuxStream stream) {
            this.stream = stream;
            stream.listen(this);
        }

        void credit(Random random) {
            int part = random.nextInt(4) == 0 ? owed : owed / 2;
            owed -= part;
            stream.credit(part);
        }

        @Override
        public void data(ByteBuf bytes) {
            owed += bytes.readableBytes();
            for (; bytes.isReadable(); total++) {
                if (bytes.readByte() != (byte) (total % 251)) {
                    throw new AssertionError("wrong byte at " + total);
                }
            }
            bytes.release();
        }

        @Override
        public void finished() {
            finished = true;
        }

        @Override
        public void aborted(String reason) {
            throw new AssertionError(reason);
        }
    }
}
