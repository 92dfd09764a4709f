package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.plugin.Meters.Counter;
import io.quaestor.spi.plugin.PluginContext;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Listens for changes on a connection of its own, reconnects when it is lost, and believes in it only while messages
/// that are sent through the pool come back on it.
///
/// ```text
///   connecting ──▶ proving ──▶ connected ──▶ proving again, every [#PROOF_INTERVAL]
///       ▲  back-off    │            │
///       └──────────────┴─── lost ◀──┘
/// ```
///
/// **Threads:** one virtual thread calls the listener; [#start] and [#close] may be called from any.
final class PlacementWatch implements AutoCloseable {

    /// A choice: how long a proxy may believe in a way that has silently broken.
    private static final Duration PROOF_INTERVAL = Duration.ofSeconds(15);

    /// As Praefect waits before it connects again (DS 4.4); the first time at once.
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);

    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);

    private final Connector connector;
    private final Database database;
    private final PluginContext context;
    private final Counter connected;
    private final Counter disconnected;
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    private volatile @Nullable Connection connection;
    private volatile boolean closed;

    PlacementWatch(ConnectionSettings direct, Database database, PluginContext context) {
        this.connector = new Connector(direct, Duration.ZERO);
        this.database = database;
        this.context = context;
        this.connected = counter(context, "connected");
        this.disconnected = counter(context, "disconnected");
    }

    private static Counter counter(PluginContext context, String state) {
        return context.meters()
                .counter(
                        "gitaly_praefect_notifications_reconnects_total",
                        "How often listening for changes of placements began or was interrupted.",
                        "state",
                        state);
    }

    void start(PlacementListener listener) {
        var made = context.threads().newThread(() -> run(listener));
        if (!thread.compareAndSet(null, made)) {
            throw new IllegalStateException("somebody listens already");
        }
        made.start();
    }

    private void run(PlacementListener listener) {
        var backOff = FIRST_BACK_OFF;
        try {
            while (!closed) {
                var session = new PlacementSession(listener, database, context.clock(), PROOF_INTERVAL);
                try (var opened = connector.getConnection()) {
                    connection = opened;
                    if (closed) {
                        return;
                    }
                    session.listen(opened, connected::increment);
                } catch (SQLException failure) {
                    if (closed) {
                        return;
                    }
                    context.logger().log(Level.WARNING, "listening was interrupted: {0}", failure.getMessage());
                } finally {
                    connection = null;
                    if (session.wasProven()) {
                        backOff = FIRST_BACK_OFF;
                        disconnected.increment();
                        listener.lost();
                    }
                }
                context.clock().sleep(backOff);
                backOff = min(backOff.multipliedBy(2), LONGEST_BACK_OFF);
            }
        } catch (InterruptedException closing) {
            // the end of the thread is what was asked for
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void close() {
        closed = true;
        var running = thread.get();
        if (running != null) {
            running.interrupt();
        }
        var open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException gone) {
                // which is what was wanted
            }
        }
    }
}
