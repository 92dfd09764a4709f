package io.quaestor.coordinator;

import io.quaestor.coordinator.WriteLedger.Announcement;
import io.quaestor.spi.datastore.DatastoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The intent of one write, opened once, when somebody needs it.
///
/// ```text
///  not needed ──request──▶ asked ──▶ Opened, or Refused
/// ```
///
/// **Threads:** the event loop of the call, unless a method says otherwise.
final class WriteIntent {

    private final WritePlan plan;
    private final WritingParts parts;
    private final Exchange exchange;
    private final List<Consumer<State>> waiting = new ArrayList<>();
    private boolean requested;
    private @Nullable Announcement withdrawal;
    private volatile @Nullable State state;

    /// Whether something may be permitted.
    sealed interface State {

        /// It may.
        ///
        /// @param intent empty where the datastore keeps none
        record Opened(Optional<Intent> intent) implements State {}

        /// It may not.
        record Refused(String reason) implements State {}
    }

    private WriteIntent(WritePlan plan, WritingParts parts, Exchange exchange) {
        this.plan = plan;
        this.parts = parts;
        this.exchange = exchange;
    }

    /// One that is opened when it is needed.
    static WriteIntent of(WritePlan plan, WritingParts parts, Exchange exchange) {
        return new WriteIntent(plan, parts, exchange);
    }

    /// Makes it one that is open already.
    WriteIntent alreadyOpened(Optional<Intent> intent) {
        requested = true;
        state = new State.Opened(intent);
        return this;
    }

    boolean isRequested() {
        return requested;
    }

    boolean isSettled() {
        return state != null;
    }

    /// The intent, if it was opened; empty also where the datastore keeps none.
    Optional<Intent> opened() {
        return state instanceof State.Opened(var intent) ? intent : Optional.empty();
    }

    /// Asks for it, if nobody did.
    ///
    /// @param told hears on the event loop; at once, if it is known
    void request(Consumer<State> told) {
        whenSettled(told);
        if (requested) {
            return;
        }
        requested = true;
        parts.background().start(() -> {
            State known = new State.Refused("a defect of the proxy");
            try {
                known = open();
            } finally {
                var settled = known;
                exchange.execute(() -> settle(settled));
            }
        });
    }

    private State open() {
        try {
            return new State.Opened(parts.intents()
                    .open(plan.id(), plan.key(), plan.expected(), plan.number())
                    .intent());
        } catch (DatastoreException e) {
            return new State.Refused(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new State.Refused("the proxy is stopping");
        }
    }

    void whenSettled(Consumer<State> told) {
        var known = state;
        if (known != null) {
            told.accept(known);
        } else {
            waiting.add(told);
        }
    }

    private void settle(State known) {
        state = known;
        var announced = withdrawal;
        if (announced != null) {
            end(announced);
            return;
        }
        var all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(told -> told.accept(known));
    }

    /// Ends it, since nothing was written; also if it is still being opened, for which a stop waits. It is not opened any more
    /// if it was not.
    void withdraw() {
        if (!requested) {
            requested = true; // nobody needs it any more
            return;
        }
        if (withdrawal != null) {
            return;
        }
        var announced = parts.recorder().announce();
        withdrawal = announced;
        if (isSettled()) {
            end(announced);
        }
    }

    private void end(Announcement announced) {
        parts.background().start(() -> {
            try (announced) {
                opened().ifPresent(parts.intents()::withdraw);
            }
        });
    }
}
