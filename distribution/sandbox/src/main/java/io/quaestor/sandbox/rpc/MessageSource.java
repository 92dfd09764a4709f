package io.quaestor.sandbox.rpc;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The receiving side of a call, for code that may block. It asks for one message at a time, so it holds at most one
/// that nobody has taken.
///
/// One thread takes; gRPC's callbacks fill it.
public final class MessageSource<M> {

    /// Longest silence of a peer between two messages.
    private static final Duration SILENCE_LIMIT = Duration.ofHours(1);

    private final IntConsumer request;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<M> arrived = new ArrayDeque<>();
    private boolean ended;
    private @Nullable IOException failure;

    /// @param request asks the call for so many more messages
    MessageSource(IntConsumer request) {
        this.request = request;
    }

    /// Waits for the next message.
    ///
    /// @return empty when the peer has sent everything
    /// @throws IOException if the call failed before that
    public Optional<M> take() throws IOException, InterruptedException {
        lock.lock();
        try {
            long left = SILENCE_LIMIT.toNanos();
            while (arrived.isEmpty() && !ended) {
                if (left <= 0) {
                    throw new CallEndedException("the peer sent nothing for " + SILENCE_LIMIT.toMinutes() + " minutes");
                }
                left = changed.awaitNanos(left);
            }
            var message = arrived.poll();
            if (message == null) {
                if (failure != null) {
                    throw failure;
                }
                return Optional.empty();
            }
            request.accept(1);
            return Optional.of(message);
        } finally {
            lock.unlock();
        }
    }

    void arrived(M message) {
        lock.lock();
        try {
            arrived.add(message);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void ended(@Nullable IOException cause) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                failure = cause;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
