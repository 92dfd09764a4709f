package io.quaestor.sandbox.rpc;

import io.grpc.stub.CallStreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The sending side of a call, for code that may block: [#send] waits until the peer has taken enough.
///
/// One thread sends; others may [#end] it.
public final class MessageSink<M> {

    /// A peer that takes nothing for so long has gone, whatever its connection says.
    public static final Duration STALL_LIMIT = Duration.ofMinutes(10);

    private final CallStreamObserver<? super M> call;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean ended;

    /// Takes over the call's ready handler; to be made before the call's first callback.
    MessageSink(CallStreamObserver<? super M> call) {
        this.call = call;
        call.setOnReadyHandler(this::signal);
    }

    /// Sends a message as soon as gRPC does not have to buffer it.
    ///
    /// @throws CallEndedException if nobody wants it any more, or took nothing for ten minutes
    public void send(M message) throws IOException, InterruptedException {
        awaitReady();
        call.onNext(message);
    }

    /// Nothing more can be sent. Wakes a waiting [#send].
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        lock.lock();
        try {
            long left = STALL_LIMIT.toNanos();
            while (!ended && !call.isReady()) {
                if (left <= 0) {
                    throw new CallEndedException("the peer took nothing for " + STALL_LIMIT.toMinutes() + " minutes");
                }
                left = changed.awaitNanos(left);
            }
            if (ended) {
                throw new CallEndedException("the call has ended");
            }
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

}
