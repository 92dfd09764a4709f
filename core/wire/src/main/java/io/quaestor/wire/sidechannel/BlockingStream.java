package io.quaestor.wire.sidechannel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.quaestor.wire.yamux.StreamListener;
import io.quaestor.wire.yamux.YamuxStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A stream for plain blocking code on virtual threads. The lock is held for moments only, also by the event loop.
final class BlockingStream implements StreamListener {

    /// Bytes written here that have not reached the socket. More would only move the wait from the writer into memory.
    private static final int MAX_UNSENT = 256 * 1024;

    /// Credit is returned in steps, each a task for the event loop.
    private static final int CREDIT_STEP = 32 * 1024;

    private final YamuxStream stream;
    private final EventLoop loop;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<ByteBuf> received = new ArrayDeque<>();
    private int uncredited;
    private int unsent;
    private boolean peerFinished;
    private @Nullable String failure;

    /// @param patience how long a read or write waits for the peer
    BlockingStream(YamuxStream stream, Duration patience) {
        this.stream = stream;
        this.loop = stream.session().eventLoop();
        this.patience = patience;
    }

    /// @return -1 when the peer has ended and everything was read
    int read(byte[] target, int offset, int length) throws IOException {
        lock.lock();
        try {
            await(() -> !received.isEmpty() || peerFinished, "read");
            ByteBuf head = received.peek();
            if (head == null) {
                return -1;
            }
            int count = Math.min(length, head.readableBytes());
            head.readBytes(target, offset, count);
            if (!head.isReadable()) {
                received.remove().release();
            }
            uncredited += count;
            if (uncredited >= CREDIT_STEP || received.isEmpty()) {
                int credit = uncredited;
                uncredited = 0;
                loop.execute(() -> stream.credit(credit));
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    void write(byte[] source, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int count = Math.min(length - done, MAX_UNSENT / 4);
            ByteBuf copy = Unpooled.copiedBuffer(source, offset + done, count);
            lock.lock();
            try {
                await(() -> failure == null && unsent < MAX_UNSENT, "write");
                unsent += count;
            } catch (IOException e) {
                copy.release();
                throw e;
            } finally {
                lock.unlock();
            }
            loop.execute(() -> stream.write(copy).addListener(written -> sent(count, written.isSuccess())));
            done += count;
        }
    }

    /// Waits until everything was handed to the socket.
    void flush() throws IOException {
        lock.lock();
        try {
            await(() -> failure == null && unsent == 0, "write");
        } finally {
            lock.unlock();
        }
    }

    void finish(Duration drainLimit) {
        loop.execute(() -> {
            stream.finish();
            stream.drain(drainLimit);
        });
        release();
    }

    /// Ends without what the peer has not taken: it has ended and takes no more.
    void finishNow() {
        loop.execute(stream::finishNow);
        release();
    }

    void reset() {
        loop.execute(stream::reset);
        release();
    }

    /// Whether the peer ended in order and everything it sent was read.
    boolean isReadToTheEnd() {
        lock.lock();
        try {
            return peerFinished && received.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    // event loop

    @Override
    public void data(ByteBuf bytes) {
        change(() -> {
            if (failure == null) {
                received.add(bytes);
            } else {
                bytes.release();
            }
        });
    }

    @Override
    public void finished() {
        change(() -> peerFinished = true);
    }

    @Override
    public void aborted(String reason) {
        change(() -> {
            failure = reason;
            if (!peerFinished) { // else everything is here and may still be read
                discard();
            }
        });
    }

    private void sent(int count, boolean success) {
        change(() -> {
            unsent -= count;
            if (!success && failure == null) {
                failure = "stream closed";
            }
        });
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void release() {
        change(() -> {
            if (failure == null) {
                failure = "closed here";
            }
            discard();
        });
    }

    private void discard() {
        for (ByteBuf bytes; (bytes = received.poll()) != null; ) {
            bytes.release();
        }
    }

    private void await(BooleanSupplier condition, String what) throws IOException {
        long left = patience.toNanos();
        while (true) {
            if (condition.getAsBoolean()) {
                return;
            }
            if (failure != null) {
                throw new IOException("sidechannel: " + what + ": " + failure);
            }
            if (left <= 0) {
                throw new SocketTimeoutException("sidechannel: " + what + ": nothing for " + patience.toSeconds() + " s");
            }
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("sidechannel: " + what + ": interrupted").initCause(e);
            }
        }
    }
}
