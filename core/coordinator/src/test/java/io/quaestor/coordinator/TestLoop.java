package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// The event loop of a test: tasks run on the thread of the test, when it turns the loop.
final class TestLoop {

    private static final long PATIENCE_SECONDS = 20; // of real time, for a test that hangs

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread owner = Thread.currentThread();

    /// Runs a task later. May be called from any thread.
    void add(Runnable task) {
        tasks.add(task);
    }

    /// Whoever comes here must be on the loop.
    void assertEntered() {
        assertThat(Thread.currentThread()).as("event loop of the call").isSameAs(owner);
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /// Runs what is there, and what that adds.
    void turn() {
        assertEntered();
        for (var task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /// Turns until something is so.
    ///
    /// @throws AssertionError if that takes too long
    void turnUntil(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        turn();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain: " + what);
            }
            var task = tasks.poll(200, TimeUnit.MICROSECONDS);
            if (task != null) {
                task.run();
            }
            turn();
        }
    }
}
