package io.quaestor.wire.sidechannel;

import io.quaestor.wire.yamux.YamuxStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/// A sidechannel for plain blocking code.
///
/// The two ends differ (TR 2.3). The *client*, who made the RPC, writes packets and ends them by closing [#output]; it reads
/// raw bytes to the end of the stream. The *server*, who answers the RPC, reads the packets and writes raw bytes. Both see
/// plain streams of bytes here.
///
/// **Blocking:** streams and [#close] block, at most for the patience given when the connection was made; for virtual
/// threads. They give up when interrupted. One thread may read while another writes.
///
/// **Failure:** an `IOException` once the peer reset the stream or the connection is gone. A client cannot see from the stream that the
/// answer was cut off: the status of the RPC tells (TR 2.3).
public final class SidechannelConnection implements Closeable {

    /// For the peer to end its direction; Gitaly's own limit (TR 1.5).
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(5);

    private final BlockingStream stream;
    private final boolean client;
    private final InputStream input;
    private final OutputStream output;

    private SidechannelConnection(BlockingStream stream, boolean client) {
        this.stream = stream;
        this.client = client;
        this.input = client ? new RawInput(stream) : new PacketInputStream(new RawInput(stream));
        this.output = client ? new PacketOutputStream(new RawOutput(stream)) : new RawOutput(stream);
    }

    /// The end of the one who made the RPC. Called on the event loop of the stream.
    public static SidechannelConnection client(YamuxStream stream, Duration patience) {
        return new SidechannelConnection(listening(stream, patience), true);
    }

    /// The end of the one who answers the RPC. Called on the event loop of the stream.
    public static SidechannelConnection server(YamuxStream stream, Duration patience) {
        return new SidechannelConnection(listening(stream, patience), false);
    }

    /// What the other end sends, without any framing.
    public InputStream input() {
        return input;
    }

    /// What the other end receives. `flush` waits until everything was handed to the socket. At the client, `close` says that
    /// this was all, and reading goes on.
    public OutputStream output() {
        return output;
    }

    /// Ends the sidechannel.
    ///
    /// The server's end is orderly: everything written is sent first, so that the RPC's answer, sent afterwards, comes after it.
    /// The client's is orderly when it has read to the end, and frees the server's writer at once when it has not.
    @Override
    public void close() throws IOException {
        if (client) {
            if (stream.isReadToTheEnd()) {
                stream.finishNow();
            } else {
                stream.reset();
            }
            return;
        }
        try {
            stream.flush();
        } finally {
            stream.finish(DRAIN_LIMIT);
        }
    }

    /// Breaks the sidechannel: the other end sees an error, and what it has not read is lost. Does not block.
    public void abort() {
        stream.reset();
    }

    private static BlockingStream listening(YamuxStream stream, Duration patience) {
        BlockingStream blocking = new BlockingStream(stream, patience);
        stream.listen(blocking);
        return blocking;
    }

    private static final class RawInput extends InputStream {

        private final BlockingStream stream;

        RawInput(BlockingStream stream) {
            this.stream = stream;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return stream.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return length == 0 ? 0 : stream.read(target, offset, length);
        }
    }

    private static final class RawOutput extends OutputStream {

        private final BlockingStream stream;

        RawOutput(BlockingStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int b) throws IOException {
            stream.write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            stream.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            stream.flush();
        }
    }
}
