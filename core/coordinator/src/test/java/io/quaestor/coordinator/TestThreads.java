package io.quaestor.coordinator;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/// Virtual threads of a test, which sees when all of them have come to rest.
final class TestThreads implements ThreadFactory {

    private final List<Thread> running = new CopyOnWriteArrayList<>();
    private final AtomicInteger made = new AtomicInteger();

    @Override
    public Thread newThread(Runnable task) {
        made.incrementAndGet();
        running.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
        var thread = Thread.ofVirtual().unstarted(task);
        running.add(thread);
        return thread;
    }

    /// How many were ever made.
    int count() {
        return made.get();
    }

    /// Whether all have ended.
    boolean haveEnded() {
        return running.stream().allMatch(thread -> thread.getState() == Thread.State.TERMINATED);
    }

    /// Whether each has ended, or waits for the clock, for another thread, or for the test.
    boolean rest() {
        return running.stream().allMatch(thread -> switch (thread.getState()) {
            case TERMINATED, WAITING, TIMED_WAITING -> true;
            case NEW, RUNNABLE, BLOCKED -> false; // nobody is blocked for long
        });
    }
}
