package io.quaestor.simulation.replay;

import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/// The time that a real PostgreSQL needs to start and to stop.
final class RealClock implements Clock {

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
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }

    @Override
    public boolean await(Condition condition, Duration atMost) throws InterruptedException {
        return condition.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
}
