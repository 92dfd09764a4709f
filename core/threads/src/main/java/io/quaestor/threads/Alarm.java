package io.quaestor.threads;

import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Interrupts a thread when a time is over, and never after it was switched off.
final class Alarm {

    private final Clock clock;
    private final Thread sleeper;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition switched = lock.newCondition();

    private boolean off;
    private boolean rang;

    Alarm(Clock clock, Thread sleeper) {
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /// Waits for the time, or for being switched off. Runs in a thread of its own.
    void watch(Duration limit) {
        long began = clock.nanos();
        lock.lock();
        try {
            while (!off && !rang) {
                var left = limit.minusNanos(clock.nanos() - began);
                if (left.isPositive()) {
                    clock.await(switched, left);
                } else {
                    rang = true;
                    sleeper.interrupt();
                }
            }
        } catch (InterruptedException _) {
            // nobody interrupts the thread of an alarm; should it happen, there is no limit
        } finally {
            lock.unlock();
        }
    }

    /// Switches it off. Called by the thread that it would interrupt; takes an interruption of its own back.
    ///
    /// @return whether it rang
    boolean switchOff() {
        lock.lock();
        try {
            if (rang && !off) {
                Thread.interrupted();
            }
            off = true;
            switched.signalAll();
            return rang;
        } finally {
            lock.unlock();
        }
    }
}
