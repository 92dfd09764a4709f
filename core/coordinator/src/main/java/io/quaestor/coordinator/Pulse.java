package io.quaestor.coordinator;

import io.quaestor.spi.plugin.Clock;
import io.quaestor.threads.Crew;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Knows whether this process may have stood still: a thread beats, waits for nobody else, and notices when it comes late.
///
/// ```text
///  before the start ──▶ steady ──no beat within the limit, or the wall clock jumped──▶ stood still
///                         ▲                                                                │
///                         └─────────next beat, once all listeners have been told───────────┘
/// ```
///
/// **Threads:** any. **Blocking:** never.
final class Pulse {

    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);

    /// A wall clock that jumps further is a sign that the machine was stopped (architecture: write intents, rule 2).
    static final Duration JUMP = Duration.ofSeconds(2);

    private static final int BEATS = 5; // within the limit

    private final Duration limit;
    private final Clock clock;
    private final Crew crew;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Moment last;

    /// A moment by both clocks.
    record Moment(long nanos, Instant wall) {

        static Moment now(Clock clock) {
            return new Moment(clock.nanos(), clock.now());
        }

        /// Whether less than the limit has passed since then, and the wall clock has not jumped.
        boolean isWithin(Clock clock, long limitNanos) {
            long passed = clock.nanos() - nanos;
            long drift = ChronoUnit.NANOS.between(wall, clock.now()) - passed;
            return passed < limitNanos && Math.abs(drift) < JUMP.toNanos();
        }
    }

    /// @param limit for how long nobody can tell a process that stood still from one that did not
    /// @param crew  whose thread beats, until it is closed
    Pulse(Duration limit, Clock clock, Crew crew) {
        this.limit = limit;
        this.clock = clock;
        this.crew = crew;
    }

    /// Adds somebody who is told that this process stood still, before it is steady again. Must not block. Before the start.
    void addListener(Runnable listener) {
        listeners.add(listener);
    }

    void start() {
        beat();
        crew.start("pulse", this::keepBeating);
    }

    /// Whether this process has not stood still; also before the start.
    boolean isSteady() {
        var before = last;
        return before == null || before.isWithin(clock, limit.toNanos());
    }

    /// Beats once. Only its thread does it, or a test in its place.
    void beat() {
        var now = Moment.now(clock); // first: what stands still from here on is noticed by the next one
        if (!isSteady()) {
            listeners.forEach(Runnable::run);
        }
        last = now;
    }

    private void keepBeating() {
        while (!crew.isClosed()) {
            try {
                clock.sleep(limit.dividedBy(BEATS));
                beat();
            } catch (InterruptedException _) {
                return; // at the end
            } catch (RuntimeException | Error e) { // all are told again by the next one; without any nothing would be believed
                LOG.error("to hear that the proxy stood still failed by a defect", e);
            }
        }
    }
}
