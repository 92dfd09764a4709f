package io.quaestor.coordinator;

import io.quaestor.spi.plugin.Clock;
import io.quaestor.transaction.Wait;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Watches how long voters are waited for, with one timer for each reason, because a push may have thousands of rounds.
///
/// **Threads:** the event loop of the call.
final class Patience {

    private final Exchange home;
    private final Clock clock;
    private final IntConsumer over;
    private final Map<Wait.Reason, ArrayDeque<Due>> pending = new EnumMap<>(Wait.Reason.class);
    private final Map<Wait.Reason, Runnable> timers = new EnumMap<>(Wait.Reason.class);
    private boolean ended;

    private record Due(int round, long nanos) {}

    /// @param over hears of a round in which the time is over
    Patience(Exchange home, Clock clock, IntConsumer over) {
        this.home = home;
        this.clock = clock;
        this.over = over;
    }

    void begin(Wait wait, Duration limit) {
        var queue = pending.computeIfAbsent(wait.reason(), _ -> new ArrayDeque<>());
        queue.add(new Due(wait.round(), clock.nanos() + limit.toNanos()));
        arm(wait.reason(), queue);
    }

    void end() {
        ended = true;
        timers.values().forEach(Runnable::run);
        timers.clear();
        pending.clear();
    }

    private void arm(Wait.Reason reason, ArrayDeque<Due> queue) {
        @Nullable Due next = queue.peek();
        if (ended || next == null || timers.containsKey(reason)) {
            return;
        }
        long left = Math.max(0, next.nanos() - clock.nanos());
        timers.put(reason, home.later(Duration.ofNanos(left), () -> ring(reason, queue)));
    }

    private void ring(Wait.Reason reason, ArrayDeque<Due> queue) {
        timers.remove(reason);
        for (var due = queue.peek(); due != null && due.nanos() - clock.nanos() <= 0 && !ended; due = queue.peek()) {
            queue.remove();
            over.accept(due.round());
        }
        arm(reason, queue);
    }
}
