package io.quaestor.health;

import io.quaestor.health.Verdict.Changed;
import io.quaestor.health.Verdict.NotBelieved;
import java.time.Duration;

/// What this proxy knows of one node.
///
/// ```text
///             serving                          serving
///  unknown ─────────────▶ healthy ◀──────────────────────────── unhealthy
///     │                      └──not serving, silent, lost──────────▶ ▲
///     └──────────────────────not serving, silent─────────────────────┘
/// ```
///
/// At most one probe is under way. A good answer counts only if the connection was not lost since the probe began. Bad
/// news that came far too late say that this proxy stood still, not that the node did: they do not count, and the node
/// is asked again at once; but not for ever.
///
/// It has no lock, no clock and no thread. Whoever holds it serialises the calls and says the time.
final class NodeWatch {

    /// A probe that has not ended a tenth of its limit late is silent; one that ends a quarter of it late was not run in
    /// time: whoever carries out probes ends them at the limit, and only a proxy that stands still does not notice.
    private static final double PATIENCE = 1.1;

    private static final double STALL = 1.25;

    /// After so many bad answers in a row that were not believed, the next one is: a proxy that is always late must not
    /// take dead nodes for well.
    private static final int MOST_STALLS = 3;

    /// A connection that comes and goes makes no more than ten probes a second.
    private static final long SHORTEST_PERIOD = Duration.ofMillis(100).toNanos();

    private final long period;
    private final Duration probeLimit;
    private final long patience;
    private final long stall;

    private boolean judged;
    private boolean healthy;
    private boolean asking;
    private boolean silent;
    private boolean stalled;
    private boolean lostMeanwhile;
    private int stalls;
    private long askedAt;
    private long patientSince;
    private long due;

    /// @param now in nanoseconds; the first probe is due at once
    NodeWatch(HealthSettings settings, long now) {
        period = settings.period().toNanos();
        probeLimit = settings.probeLimit();
        patience = (long) (probeLimit.toNanos() * PATIENCE);
        stall = (long) (probeLimit.toNanos() * STALL);
        due = now;
        askedAt = now - SHORTEST_PERIOD;
    }

    boolean isHealthy() {
        return healthy;
    }

    /// Whether there has been a verdict.
    boolean isJudged() {
        return judged;
    }

    /// Whether the node is to be asked now.
    boolean isDue(long now) {
        return !asking && now - due >= 0;
    }

    /// How long nobody has to look at it, if nothing happens before.
    Duration rest(long now) {
        if (asking) {
            return Duration.ofNanos(silent ? period : patientSince + patience - now);
        }
        return Duration.ofNanos(due - now);
    }

    /// A probe begins.
    void asked(long now) {
        asking = true;
        silent = false;
        stalled = false;
        lostMeanwhile = false;
        askedAt = now;
        patientSince = now;
    }

    /// The probe that was under way has ended.
    Verdict answered(boolean serving, long now) {
        asking = false;
        if (silent) { // the verdict has been given
            due = now + period;
            return Verdict.UNCHANGED;
        }
        if (serving) {
            if (lostMeanwhile) {
                due = soon(now);
                return Verdict.UNCHANGED;
            }
            due = now + period;
            return judge(true, "serving");
        }
        long took = now - askedAt;
        if ((stalled || took > stall) && stalls < MOST_STALLS) {
            due = now;
            return doubt(took);
        }
        due = now + period;
        return judge(false, took >= probeLimit.toNanos() ? "no answer in time" : "not serving");
    }

    /// Time has passed.
    Verdict looked(long now) {
        if (!asking || silent || now - patientSince < patience) {
            return Verdict.UNCHANGED;
        }
        long took = now - patientSince;
        if (took > stall && stalls < MOST_STALLS) {
            patientSince = now; // its answer may be on the way
            stalled = true;
            return doubt(took);
        }
        silent = true;
        return judge(false, "no answer in time");
    }

    /// A connection to the node broke.
    Verdict lost(long now) {
        lostMeanwhile = true;
        if (!asking) {
            due = soon(now);
        }
        return healthy ? judge(false, "connection lost") : Verdict.UNCHANGED;
    }

    private Verdict doubt(long took) {
        stalls++;
        return new NotBelieved(Duration.ofNanos(took));
    }

    private Verdict judge(boolean nowHealthy, String reason) {
        boolean changed = !judged || healthy != nowHealthy;
        judged = true;
        healthy = nowHealthy;
        stalls = 0;
        return changed ? new Changed(nowHealthy, reason) : Verdict.UNCHANGED;
    }

    private long soon(long now) {
        return Math.max(now, askedAt + SHORTEST_PERIOD);
    }
}
