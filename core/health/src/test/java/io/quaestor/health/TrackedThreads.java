package io.quaestor.health;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;

/// Makes virtual threads and knows them, so that a test can wait for their end.
final class TrackedThreads implements ThreadFactory {

    private final ThreadFactory threads = Thread.ofVirtual().factory();
    private final List<Thread> made = new CopyOnWriteArrayList<>();

    @Override
    public Thread newThread(Runnable work) {
        var thread = threads.newThread(work);
        made.add(thread);
        return thread;
    }

    /// Waits until those that were started and have such a name have ended.
    void awaitEnd(Predicate<String> name) throws InterruptedException {
        for (var thread : made) {
            if (thread.getState() != Thread.State.NEW && name.test(thread.getName())
                    && !thread.join(Duration.ofSeconds(10))) {
                throw new AssertionError("thread " + thread.getName() + " does not end");
            }
        }
    }
}
