package io.quaestor.wire.sidechannel;

import java.io.IOException;
import java.io.OutputStream;

/// Frames what a client sends. [#close] says that this was all, and leaves the other direction open.
final class PacketOutputStream extends OutputStream {

    private final OutputStream raw;
    private boolean closed;

    PacketOutputStream(OutputStream raw) {
        this.raw = raw;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /// An empty write sends nothing: a packet without payload would be legal and useless.
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("sidechannel: write after the end");
        }
        for (int done = 0; done < length; ) {
            int payload = Math.min(length - done, Packets.MAX_PAYLOAD);
            byte[] packet = new byte[Packets.HEADER + payload];
            Packets.putHeader(packet, 0, packet.length);
            System.arraycopy(bytes, offset + done, packet, Packets.HEADER, payload);
            raw.write(packet, 0, packet.length);
            done += payload;
        }
    }

    @Override
    public void flush() throws IOException {
        raw.flush();
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        byte[] end = new byte[Packets.HEADER];
        Packets.putHeader(end, 0, 0);
        raw.write(end, 0, end.length);
        raw.flush();
    }
}
