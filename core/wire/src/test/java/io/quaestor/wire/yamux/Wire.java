package io.quaestor.wire.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// A yamux handler with its peer played by the test: frames go in as numbers, and come out as text.
final class Wire {

    final EmbeddedChannel channel;
    final YamuxSession session;
    private final ByteBuf out = Unpooled.buffer();

    Wire(boolean dialled, YamuxLimits limits) {
        YamuxHandler handler = new YamuxHandler(dialled, limits);
        channel = new EmbeddedChannel();
        channel.config().setAllocator(new UnpooledByteBufAllocator(false, true)); // what a test does not look at is no leak
        channel.freezeTime();
        channel.pipeline().addLast(handler);
        session = handler.session();
        channel.runPendingTasks();
    }

    /// A connection to this side, with stream 1 open.
    static Wire accepted(YamuxLimits limits) {
        Wire wire = new Wire(false, limits);
        wire.hex("00 01 0001 00000001 00000000");
        wire.sent();
        return wire;
    }

    /// A connection made by this side, with stream 1 open and acknowledged.
    static Wire dialled(YamuxLimits limits) {
        Wire wire = new Wire(true, limits);
        wire.hex("00 01 0002 00000001 00000000");
        wire.sent();
        return wire;
    }

    static YamuxLimits small() {
        return YamuxLimits.standard().withWindows(Frame.INITIAL_WINDOW, Frame.INITIAL_WINDOW);
    }

    void bytes(ByteBuf bytes) {
        channel.writeInbound(bytes);
        channel.runPendingTasks();
    }

    void hex(String hex) {
        bytes(fromHex(hex));
    }

    void frame(int type, int flags, int id, int length) {
        bytes(Frame.write(Unpooled.buffer(), type, flags, id, length));
    }

    void data(int flags, int id, byte[] body) {
        bytes(Frame.write(Unpooled.buffer(), Frame.DATA, flags, id, body.length).writeBytes(body));
    }

    /// What this side has sent since it was last asked, as hexadecimal.
    String sentHex() {
        drainOutbound();
        String hex = ByteBufUtil.hexDump(out);
        out.clear();
        return hex;
    }

    /// What this side has sent since it was last asked: `type flags stream length` for each frame.
    List<String> sent() {
        drainOutbound();
        List<String> frames = new ArrayList<>();
        while (out.isReadable()) {
            out.skipBytes(1);
            int type = out.readByte();
            int flags = out.readShort();
            int id = out.readInt();
            int length = out.readInt();
            frames.add(name(type, flags) + " " + id + " " + length);
            if (type == Frame.DATA) {
                out.skipBytes(length);
            }
        }
        out.clear();
        return frames;
    }

    private void drainOutbound() {
        channel.runPendingTasks();
        for (ByteBuf bytes; (bytes = channel.readOutbound()) != null; ) {
            out.writeBytes(bytes);
            bytes.release();
        }
    }

    private static String name(int type, int flags) {
        StringBuilder name = new StringBuilder(List.of("DATA", "WINDOW", "PING", "GOAWAY").get(type));
        List<String> names = List.of("SYN", "ACK", "FIN", "RST");
        for (int i = 0; i < names.size(); i++) {
            if ((flags & 1 << i) != 0) {
                name.append('+').append(names.get(i));
            }
        }
        return name.toString();
    }

    static ByteBuf fromHex(String hex) {
        return Unpooled.copiedBuffer(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    /// Streams that the peer opened, each with a listener that writes down what it hears.
    static final class Streams implements SessionListener {

        final List<Heard> heard = new ArrayList<>();
        boolean accepting = true;
        boolean closed;

        static Streams of(Wire wire) {
            Streams streams = new Streams();
            wire.session.listen(streams);
            return streams;
        }

        @Override
        public boolean accepts() {
            return accepting;
        }

        @Override
        public void opened(YamuxStream stream) {
            heard.add(Heard.on(stream));
        }

        @Override
        public void closed() {
            closed = true;
        }
    }

    /// What one stream reported.
    static final class Heard implements StreamListener {

        final YamuxStream stream;
        final ByteBuf data = Unpooled.buffer();
        final List<String> events = new ArrayList<>();

        private Heard(YamuxStream stream) {
            this.stream = stream;
        }

        static Heard on(YamuxStream stream) {
            Heard heard = new Heard(stream);
            stream.listen(heard);
            return heard;
        }

        @Override
        public void data(ByteBuf bytes) {
            events.add("data " + bytes.readableBytes());
            data.writeBytes(bytes);
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

        @Override
        public void writable() {
            events.add("writable");
        }
    }
}
