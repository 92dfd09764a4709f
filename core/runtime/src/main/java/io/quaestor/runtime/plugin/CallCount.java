package io.quaestor.runtime.plugin;

import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How many calls are under way that may last, so that nothing is closed under them.
///
/// **Threads:** virtual threads.
final class CallCount {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private int running;

    void begin() {
        lock.lock();
        try {
            running++;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            if (--running == 0) {
                none.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits until there are none.
    ///
    /// @return whether there are none; `false` after the limit
    boolean awaitNone(Clock clock, Duration limit) throws InterruptedException {
        long end = clock.nanos() + limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (running > 0) {
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
}
