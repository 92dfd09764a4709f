package io.quaestor.transport.server;

import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What still goes on at nodes though the client's call is over, so that a stop waits for it (P8).
///
/// **Threads:** any. **Blocking:** only [#awaitNone].
final class LingeringCalls {

    private final Clock clock;
    private final Set<Lingering> calls = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private volatile boolean cutting;

    LingeringCalls(Clock clock) {
        this.clock = clock;
    }

    /// One thing that goes on.
    interface Lingering {

        /// Ends it; its end follows. May be called from any thread.
        void cutOff();
    }

    void add(Lingering call) {
        calls.add(call);
        if (cutting) {
            call.cutOff();
        }
    }

    /// Without effect if it is not there.
    void remove(Lingering call) {
        if (calls.remove(call) && calls.isEmpty()) {
            lock.lock(); // held by nobody for long
            try {
                none.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /// Waits until nothing goes on.
    ///
    /// @return `false` if the time was over before
    boolean awaitNone(Duration limit) throws InterruptedException {
        long end = clock.nanos() + limit.toNanos();
        lock.lock();
        try {
            while (!calls.isEmpty()) {
                long left = end - clock.nanos();
                if (left <= 0) {
                    return false;
                }
                clock.await(none, Duration.ofNanos(left));
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Ends all that goes on, and from now on each that comes.
    void cutOff() {
        cutting = true;
        calls.forEach(Lingering::cutOff);
    }
}
