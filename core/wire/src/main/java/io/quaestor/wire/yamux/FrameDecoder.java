package io.quaestor.wire.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/// Cuts a byte stream into frames without ever holding one: headers are handed on as soon as they are complete, bodies in the
/// pieces in which they arrive (TR 3.7 R1).
final class FrameDecoder {

    /// What is made of the frames.
    interface Sink {

        /// A complete header.
        ///
        /// @param length the unsigned field; for Data the number of bytes that [#body] will bring
        void header(int type, int flags, int streamId, long length) throws YamuxException;

        /// The next `length` bytes of `in` belong to the Data frame announced last. They must be read or skipped.
        ///
        /// @param last whether the body is complete with them
        void body(ByteBuf in, int length, boolean last) throws YamuxException;

        /// Whether the rest of the input is of no interest any more.
        boolean isClosed();
    }

    private final Sink sink;
    private final ByteBuf split = Unpooled.buffer(Frame.HEADER_BYTES, Frame.HEADER_BYTES);
    private long bodyLeft;

    FrameDecoder(Sink sink) {
        this.sink = sink;
    }

    /// Reads `in` to its end. The caller keeps its reference.
    void feed(ByteBuf in) throws YamuxException {
        while (in.isReadable() && !sink.isClosed()) {
            if (bodyLeft > 0) {
                body(in);
            } else if (!split.isReadable() && in.readableBytes() >= Frame.HEADER_BYTES) {
                header(in);
            } else {
                split.writeBytes(in, Math.min(split.writableBytes(), in.readableBytes()));
                if (!split.isWritable()) {
                    header(split);
                    split.clear();
                }
            }
        }
    }

    private void body(ByteBuf in) throws YamuxException {
        int length = (int) Math.min(bodyLeft, in.readableBytes());
        int end = in.readerIndex() + length;
        bodyLeft -= length;
        sink.body(in, length, bodyLeft == 0);
        in.readerIndex(end);
    }

    private void header(ByteBuf in) throws YamuxException {
        int version = in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedShort();
        int streamId = in.readInt();
        long length = in.readUnsignedInt();
        if (version != Frame.VERSION) {
            throw new YamuxException("unknown version " + version);
        }
        bodyLeft = type == Frame.DATA ? length : 0;
        sink.header(type, flags, streamId, length);
    }
}
