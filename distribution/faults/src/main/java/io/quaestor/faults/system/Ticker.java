package io.quaestor.faults.system;

import java.time.Duration;

/// A monotonic clock that can be waited on.
public interface Ticker {

    long nanos();

    /// Waits that long.
    void pause(Duration time) throws InterruptedException;

    default Duration since(long nanos) {
        return Duration.ofNanos(nanos() - nanos);
    }

    /// Looks again and again until something is so.
    ///
    /// @return whether it came to be within the limit
    default boolean await(Duration limit, Look look) throws InterruptedException {
        long end = nanos() + limit.toNanos();
        while (!look.look()) {
            if (nanos() - end >= 0) {
                return false;
            }
            pause(Duration.ofMillis(20));
        }
        return true;
    }

    /// A look at the world.
    @FunctionalInterface
    interface Look {
        boolean look() throws InterruptedException;
    }
}
