package io.quaestor.it;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Waits for what another process does: looks again and again, within a limit.
final class Until {

    private static final Duration PAUSE = Duration.ofMillis(25);

    private Until() {}

    /// A look at the world.
    @FunctionalInterface
    interface Look<T> {
        T look() throws Exception;
    }

    /// Looks until an assertion holds.
    static void holds(Duration limit, Look<?> assertion) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                assertion.look();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("did not hold within " + limit + ": " + e.getMessage(), e);
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
