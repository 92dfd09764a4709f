package io.quaestor.sandbox.process;

import java.io.IOException;
import java.time.Duration;

/// Finds out whether a process is ready.
@FunctionalInterface
interface Probe {

    /// Waits a little while.
    @FunctionalInterface
    interface Pause {
        /// @return true if the process ended meanwhile
        boolean endedWithin(Duration time) throws InterruptedException;
    }

    /// Asks again and again, with pauses, until it is ready, it ended, or the time is over.
    boolean await(Pause pause, Duration limit) throws IOException, InterruptedException;
}
