package io.quaestor.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A number that grows, and that a test can wait for.
final class Gauge {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private long value;

    void add(long more) {
        lock.lock();
        try {
            value += more;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long get() {
        lock.lock();
        try {
            return value;
        } finally {
            lock.unlock();
        }
    }

    void await(long atLeast) throws InterruptedException {
        lock.lock();
        try {
            for (long left = TimeUnit.SECONDS.toNanos(10); value < atLeast; ) {
                assertThat(left).as("%d is reached, now %d", atLeast, value).isPositive();
                left = grown.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
