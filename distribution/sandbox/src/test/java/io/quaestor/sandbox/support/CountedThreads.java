package io.quaestor.sandbox.support;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/// Makes virtual threads and knows which of them run.
public final class CountedThreads implements ThreadFactory {

    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    @Override
    public Thread newThread(Runnable task) {
        return Thread.ofVirtual().unstarted(() -> {
            running.add(Thread.currentThread());
            try {
                task.run();
            } finally {
                running.remove(Thread.currentThread());
            }
        });
    }

    public boolean isIdle() {
        return running.isEmpty();
    }
}
