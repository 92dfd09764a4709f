package io.quaestor.sandbox.support;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waits for what another process does.
public final class Eventually {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Eventually() {}

    /// @param what for the message if it does not become true
    public static void holds(String what, Callable<Boolean> condition) throws Exception {
        var end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("does not become true: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
