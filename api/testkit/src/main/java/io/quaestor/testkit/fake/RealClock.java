package io.quaestor.testkit.fake;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.apiguardian.api.API;

/// The machine's clock, for tests with real sockets and processes, which follow no other. All other tests take a
/// [ManualClock].
@API(status = EXPERIMENTAL, since = "0.1")
public final class RealClock implements Clock {

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
    @SuppressWarnings("WaitNotInLoop") // the caller has the loop
    public boolean await(Condition condition, Duration atMost) throws InterruptedException {
        return condition.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
}
