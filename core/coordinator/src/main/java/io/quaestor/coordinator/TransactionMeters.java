package io.quaestor.coordinator;

import io.quaestor.spi.plugin.Meters;
import io.quaestor.spi.plugin.Meters.Counter;
import io.quaestor.spi.plugin.Meters.Timer;
import io.quaestor.transaction.Cause;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// Counts votes and their outcomes under Praefect's names (RT 4.3 to 4.6).
///
/// **Threads:** any. **Blocking:** never.
final class TransactionMeters {

    private static final String ACTIONS = "gitaly_praefect_transactions_total";
    private static final String ACTIONS_HELP = "Total number of transaction actions";

    private final Counter registered;
    private final Counter started;
    private final Counter committed;
    private final Counter failed;
    private final Counter stopped;
    private final Counter cancelled;
    private final Counter invalid;
    private final Timer delay;
    private final Map<Cause, Counter> outcomes = new EnumMap<>(Cause.class);

    TransactionMeters(Meters meters) {
        registered = action(meters, "registered");
        started = action(meters, "started");
        committed = action(meters, "committed");
        failed = action(meters, "failed");
        stopped = action(meters, "stopped");
        cancelled = action(meters, "canceled");
        invalid = action(meters, "invalid");
        delay = meters.timer(
                "gitaly_praefect_transactions_delay_seconds", "Delay between casting a vote and reaching quorum",
                "action", "vote");
        for (var cause : Cause.values()) {
            outcomes.put(
                    cause,
                    meters.counter(
                            "gitaly_praefect_tx_replications_total",
                            "The number of replication jobs scheduled for transactional RPCs by their cause",
                            "reason", cause.label()));
        }
    }

    private static Counter action(Meters meters, String action) {
        return meters.counter(ACTIONS, ACTIONS_HELP, "action", action);
    }

    void registered(int voters) {
        registered.add(voters);
    }

    void started() {
        started.increment();
    }

    void committed() {
        committed.increment();
    }

    void failed() {
        failed.increment();
    }

    void stopped() {
        stopped.increment();
    }

    void cancelled() {
        cancelled.increment();
    }

    void invalid() {
        invalid.increment();
    }

    void answeredAfter(Duration time) {
        delay.record(time);
    }

    void outcome(Cause cause) {
        var counter = outcomes.get(cause);
        if (counter != null) {
            counter.increment();
        }
    }
}
