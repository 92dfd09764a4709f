package io.quaestor.transport;

import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// Messages that are carried and not parsed (TR 7.2 a).
///
/// A message that has arrived is a stream over the received buffers and lives as long as the callback that hands it over.
/// Sending it copies it once, in that callback.
public final class Messages {

    /// Takes and gives messages as they are.
    public static final MethodDescriptor.Marshaller<InputStream> PASS_THROUGH = new PassThrough();

    /// Takes plain messages only, as Praefect does: what is compressed could not be read here, and is refused as
    /// UNIMPLEMENTED (TR 4.7).
    public static final DecompressorRegistry UNCOMPRESSED =
            DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);

    private static final int SCRATCH_BYTES = 16 * 1024; // the size of an HTTP/2 frame (TR 4.7)

    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[SCRATCH_BYTES];
        }
    };

    private Messages() {}

    /// A method whose messages are passed through, in both directions, any number of them.
    ///
    /// @param fullMethodName as in `gitaly.CommitService/FindCommit`
    public static MethodDescriptor<InputStream, InputStream> method(String fullMethodName) {
        return method(fullMethodName, MethodType.UNKNOWN);
    }

    /// The same for calls whose only message is at hand. grpc-java sends it in one frame with the end, instead of an empty
    /// frame for the end, if the method says that clients send one message; the answer is not looked at, as it would be for
    /// the type UNARY.
    public static MethodDescriptor<InputStream, InputStream> methodOfOneMessage(String fullMethodName) {
        return method(fullMethodName, MethodType.SERVER_STREAMING);
    }

    private static MethodDescriptor<InputStream, InputStream> method(String fullMethodName, MethodType type) {
        return MethodDescriptor.newBuilder(PASS_THROUGH, PASS_THROUGH)
                .setType(type)
                .setFullMethodName(fullMethodName)
                .build();
    }

    /// A message out of bytes.
    ///
    /// @param bytes not copied, not to be changed
    public static InputStream of(byte[] bytes) {
        return new BytesMessage(bytes);
    }

    /// How long a message is.
    public static int length(InputStream message) {
        try {
            return message.available(); // exact, since messages are complete when they are handed over
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Copies a message into an array of its own.
    public static byte[] read(InputStream message) {
        try {
            byte[] bytes = new byte[message.available()];
            int length = message.readNBytes(bytes, 0, bytes.length);
            if (length < bytes.length) {
                throw new IOException("message ends after " + length + " of " + bytes.length + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class PassThrough implements MethodDescriptor.Marshaller<InputStream> {

        @Override
        public InputStream stream(InputStream message) {
            return message instanceof Drainable ? message : new ReceivedMessage(message);
        }

        @Override
        public InputStream parse(InputStream stream) {
            return stream;
        }
    }

    /// A received message on its way out; copies without an array of its own.
    private static final class ReceivedMessage extends InputStream implements Drainable, KnownLength {

        private final InputStream received;

        ReceivedMessage(InputStream received) {
            this.received = received;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            byte[] scratch = SCRATCH.get();
            int total = 0;
            for (int length; (length = received.read(scratch)) > 0; ) {
                target.write(scratch, 0, length);
                total += length;
            }
            return total;
        }

        @Override
        public int available() throws IOException {
            return received.available();
        }

        @Override
        public int read() throws IOException {
            return received.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return received.read(target, offset, length);
        }
    }

    /// A message out of an array; several of them may share one.
    private static final class BytesMessage extends InputStream implements Drainable, KnownLength {

        private final byte[] bytes;
        private int position;

        BytesMessage(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = available();
            target.write(bytes, position, length);
            position = bytes.length;
            return length;
        }

        @Override
        public int available() {
            return bytes.length - position;
        }

        @Override
        public int read() {
            return position < bytes.length ? bytes[position++] & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (position == bytes.length && length > 0) {
                return -1;
            }
            int read = Math.min(length, available());
            System.arraycopy(bytes, position, target, offset, read);
            position += read;
            return read;
        }
    }
}
