package io.quaestor.simulation.proxy;

import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;

/// A clock by which nothing is ever over, though its waits end: a sabotage.
record StoppedClock(Clock real) implements Clock {

    @Override
    public Instant now() {
        return Instant.EPOCH;
    }

    @Override
    public long nanos() {
        return 0;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        real.sleep(duration);
    }

    @Override
    public boolean await(Condition condition, Duration atMost) throws InterruptedException {
        return real.await(condition, atMost);
    }
}
