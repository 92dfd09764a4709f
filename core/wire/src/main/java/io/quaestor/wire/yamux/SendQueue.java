package io.quaestor.wire.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/// What one stream wants to send, and how much of it the peer allows (TR 3.3).
final class SendQueue {

    /// Above it credit is not counted: no peer has a use for more, and the sum cannot overflow (TR 3.7 R14).
    private static final long MAX_WINDOW = 1L << 31;

    private record Waiting(ByteBuf bytes, ChannelPromise promise) {}

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long bytes;
    private long window = Frame.INITIAL_WINDOW;

    void add(ByteBuf data, ChannelPromise promise) {
        bytes += data.readableBytes();
        waiting.add(new Waiting(data, promise));
    }

    void grant(long credit) {
        window = Math.min(MAX_WINDOW, window + credit);
    }

    /// Bytes that wait.
    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean hasWindow() {
        return window > 0;
    }

    /// Whether [#send] would send something.
    boolean canSend() {
        return !waiting.isEmpty() && (window > 0 || bytes == 0);
    }

    /// The size of the frame that [#send] would send.
    int frameSize(int max) {
        return (int) Math.min(Math.min(bytes, window), max);
    }

    /// Sends one frame with the first `size` waiting bytes.
    ///
    /// @param size as [#frameSize] said
    /// @return fulfilled when the last byte of the frame was written to the socket
    ChannelFuture send(FrameWriter writer, int streamId, int size) {
        window -= size;
        bytes -= size;
        if (size > 0) {
            writer.dataHeader(streamId, size);
        }
        int left = size;
        ChannelFuture last = null;
        for (Waiting head; (head = waiting.peek()) != null && head.bytes().readableBytes() <= left; ) {
            waiting.remove();
            left -= head.bytes().readableBytes();
            last = writer.body(head.bytes(), head.promise());
        }
        Waiting head = waiting.peek();
        if (left > 0 && head != null) {
            last = writer.body(head.bytes().readRetainedSlice(left), writer.newPromise());
        }
        return Objects.requireNonNull(last, "nothing to send");
    }

    /// Drops what waits.
    void fail(Throwable cause) {
        bytes = 0;
        for (Waiting head; (head = waiting.poll()) != null; ) {
            head.bytes().release();
            head.promise().tryFailure(cause);
        }
    }
}
