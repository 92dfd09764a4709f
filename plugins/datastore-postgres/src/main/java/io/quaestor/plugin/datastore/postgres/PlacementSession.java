package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.plugin.Clock;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Predicate;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/// One connection that listens, from its proof to its loss. Behind a transaction pooler `LISTEN` succeeds and nothing ever
/// arrives (DS 4.5); therefore a message is sent through the pool first, and again every now and then.
///
/// **Threads:** one.
final class PlacementSession {

    /// A channel of our own: Praefects do not listen on it.
    private static final String PROOFS = "quaestor_proofs";

    /// A choice: how long a message may take that normally takes milliseconds.
    private static final Duration PROOF_LIMIT = Duration.ofSeconds(5);

    private final PlacementListener listener;
    private final Database database;
    private final Clock clock;
    private final Duration interval;
    private boolean proven;

    /// @param interval how long silence is believed
    PlacementSession(PlacementListener listener, Database database, Clock clock, Duration interval) {
        this.listener = listener;
        this.database = database;
        this.clock = clock;
        this.interval = interval;
    }

    /// Whether the listener was told that it is connected.
    boolean wasProven() {
        return proven;
    }

    /// Listens until the connection is lost.
    ///
    /// @param onProven told once
    /// @throws SQLException always: why it ended
    void listen(Connection connection, Runnable onProven) throws SQLException, InterruptedException {
        for (var channel : new String[] {Notices.REPLICAS, Notices.REPOSITORIES, PROOFS}) {
            Query.of(connection, "LISTEN " + channel).run();
        }
        // unlike a random number, the server's number of this session is unlike that of every other listener
        int session = Query.of(connection, "SELECT pg_backend_pid()")
                .first(row -> row.getInt(1))
                .orElse(0);
        var notifications = connection.unwrap(PGConnection.class);
        for (int round = 1; ; round++) {
            prove(notifications, session + "-" + round);
            if (!proven) {
                proven = true;
                onProven.run();
                listener.connected();
            }
            receive(notifications, interval, _ -> false);
        }
    }

    private void prove(PGConnection notifications, String proof) throws SQLException, InterruptedException {
        try {
            database.write(
                    "send a proof of listening",
                    connection -> Query.of(connection, "SELECT pg_notify(?, ?)", PROOFS, proof).any());
        } catch (DatastoreException failure) {
            throw new SQLException("changes cannot be told: " + failure.getMessage(), failure);
        }
        boolean back = receive(
                notifications, PROOF_LIMIT, message -> message.getName().equals(PROOFS)
                        && message.getParameter().equals(proof));
        if (!back) {
            throw new SQLException(("a message that was sent did not come back within %s; if a pooler is in between, "
                            + "set database.session_pooled to PostgreSQL itself")
                    .formatted(PROOF_LIMIT));
        }
    }

    /// Tells the listener what arrives until the time is over or the wanted message is there.
    private boolean receive(PGConnection notifications, Duration time, Predicate<PGNotification> wanted)
            throws SQLException {
        long end = clock.nanos() + time.toNanos();
        while (true) {
            long left = Duration.ofNanos(end - clock.nanos()).toMillis();
            var messages = left > 0 ? notifications.getNotifications((int) left) : null;
            if (messages == null || messages.length == 0) {
                return false;
            }
            boolean found = false;
            for (var message : messages) {
                found |= wanted.test(message);
                tell(message);
            }
            if (found) {
                return true;
            }
        }
    }

    private void tell(PGNotification message) {
        if (message.getName().equals(PROOFS) || !proven) {
            return;
        }
        ChangedPaths.parse(message.getParameter())
                .ifPresentOrElse(keys -> keys.forEach(listener::changed), this::forgetAll);
    }

    /// A message that cannot be read was about something; which, nobody knows.
    private void forgetAll() {
        listener.lost();
        listener.connected();
    }
}
