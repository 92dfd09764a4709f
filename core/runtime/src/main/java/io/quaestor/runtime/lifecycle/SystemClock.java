package io.quaestor.runtime.lifecycle;

import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/// The time of the machine. The one place that reads it.
public final class SystemClock implements Clock {

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (duration.isPositive()) {
            Thread.sleep(duration);
        }
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the caller has the loop, and the condition that it looks at
    public boolean await(Condition condition, Duration atMost) throws InterruptedException {
        return condition.await(TimeUnit.NANOSECONDS.convert(atMost), TimeUnit.NANOSECONDS); // saturates
    }
}
