package io.quaestor.simulation.network;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/// One direction of a [Connection]: messages arrive in the order in which they were sent. While it is cut they are kept,
/// as the kernel of the sender does.
final class Way {

    private static final int DELAY_MILLIS = 20;

    private final Scheduler scheduler;
    private final Chance chance;
    private final Owner receiver;
    private final BooleanSupplier cut;
    private final ArrayDeque<Runnable> messages = new ArrayDeque<>();
    private int onTheWay;
    private long last;
    private boolean closed;

    Way(Scheduler scheduler, Chance chance, Owner receiver, BooleanSupplier cut) {
        this.scheduler = scheduler;
        this.chance = chance;
        this.receiver = receiver;
        this.cut = cut;
    }

    void send(Runnable message) {
        if (!closed) {
            messages.add(message);
            proceed();
        }
    }

    /// What was kept arrives, if the way is there again.
    void proceed() {
        while (!cut.getAsBoolean() && onTheWay < messages.size()) {
            onTheWay++;
            long arrival = Math.max(last, scheduler.nanos() + chance.millis(0, DELAY_MILLIS).toNanos());
            last = arrival;
            scheduler.after(Duration.ofNanos(arrival - scheduler.nanos()), receiver, this::arrive);
        }
    }

    private void arrive() {
        onTheWay--;
        var message = messages.poll();
        if (message != null) {
            message.run();
        }
    }

    /// What has not arrived is lost.
    void close() {
        closed = true;
        messages.clear();
    }

    /// Nothing more is sent; what was sent arrives, unless the way is cut.
    void end() {
        closed = true;
        while (messages.size() > onTheWay) {
            messages.removeLast();
        }
    }
}
