package io.quaestor.simulation.proxy;

import io.quaestor.coordinator.DestinationEnd;
import java.time.Duration;
import java.util.Optional;

/// Watches that nobody waits for secondaries much longer than the grace, once the primary has said OK (P3).
final class NodePatience {

    /// For a proxy whose processor is busy.
    private static final Duration SLACK = Duration.ofSeconds(2);

    private final ExchangeParts parts;
    private final int pauses;
    private long since = -1;

    NodePatience(ExchangeParts parts) {
        this.parts = parts;
        this.pauses = parts.owner().pauses();
    }

    /// A node has ended the call.
    void ended(boolean primary, DestinationEnd end) {
        if (primary && end.isOk()) {
            since = parts.scheduler().nanos();
        }
    }

    /// All have.
    ///
    /// @return what is wrong with that
    Optional<String> allEnded() {
        var waited = Duration.ofNanos(since < 0 ? 0 : parts.scheduler().nanos() - since);
        var limit = parts.limits().transactions().grace().plus(SLACK);
        return waited.compareTo(limit) > 0 && parts.owner().pauses() == pauses
                ? Optional.of(" has waited for secondaries for " + waited + " after its primary (P3)")
                : Optional.empty();
    }
}
