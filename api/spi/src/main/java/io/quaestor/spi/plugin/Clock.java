package io.quaestor.spi.plugin;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ProviderType;

/// The time, and waiting. The only source of both, so that a simulation can turn it.
///
/// **Threads:** any. The waits are for virtual threads; an event loop never calls them.
@API(status = EXPERIMENTAL, since = "0.1")
@ProviderType
public interface Clock {

    /// The time of the wall clock. May jump; use it for what people read and what other hosts compare.
    Instant now();

    /// Nanoseconds of a clock that only goes forward, from an arbitrary origin. For durations.
    long nanos();

    /// Waits.
    ///
    /// @param duration zero or negative returns at once
    void sleep(Duration duration) throws InterruptedException;

    /// Waits until the condition is signalled, or the time is over. Wakes without a reason are possible, as with any
    /// condition. The caller holds the lock of the condition.
    ///
    /// @return `false` if the time was over
    boolean await(Condition condition, Duration atMost) throws InterruptedException;
}
