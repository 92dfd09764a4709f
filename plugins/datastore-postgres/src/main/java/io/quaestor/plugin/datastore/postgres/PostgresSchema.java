package io.quaestor.plugin.datastore.postgres;

import io.quaestor.plugin.datastore.postgres.PraefectTables.State;
import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.datastore.Schema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Makes the tables and looks at them, on connections of its own: the pool may not be there yet. A database that a
/// Praefect made is used as it is; only our own additions are made in it.
final class PostgresSchema implements Schema {

    /// Not 1, which is Praefect's reconciliation: the first eight bytes of the ASCII word "quaestor".
    private static final long LOCK = 0x7175616573746f72L;

    private static final String CARELESS = """
            SELECT name || ' is off'
              FROM unnest(ARRAY['fsync', 'synchronous_commit']) AS name
             WHERE current_setting(name) = 'off'
            """;

    private final Connector connector;

    PostgresSchema(Connector connector) {
        this.connector = connector;
    }

    @Override
    public String ping() throws InterruptedException {
        return with("reach " + connector.settings().address(), connection -> {
            PraefectTables.checkServer(connection);
            var version = Query.of(connection, "SHOW server_version")
                    .first(row -> row.getString(1))
                    .orElse("");
            return "PostgreSQL %s on %s"
                    .formatted(version.split(" ")[0], connector.settings().address());
        });
    }

    @Override
    public List<String> pending() throws InterruptedException {
        return with("look at the tables", PostgresSchema::pending);
    }

    @Override
    public List<String> migrate() throws InterruptedException {
        return with("migrate the tables", alone -> {
            PraefectTables.checkServer(alone);
            alone.setAutoCommit(false);
            // held by a transaction, not by the session: a transaction pooler may be in between
            Query.of(alone, "SELECT pg_advisory_xact_lock(?)", LOCK).run();
            var missing = pending(alone);
            if (!missing.isEmpty()) {
                with("migrate the tables", connection -> {
                    freeLock(connection);
                    ChangeLog.run(connection);
                    return missing;
                });
            }
            alone.rollback();
            return missing;
        });
    }

    /// Whoever holds our advisory lock is alone; what Liquibase's own lock says is left over from one that died.
    private static void freeLock(Connection connection) throws SQLException {
        if (PraefectTables.exists(connection, ChangeLog.LOCK_TABLE)) {
            Query.of(connection, "UPDATE quaestor_databasechangeloglock SET locked = false WHERE locked").update();
        }
    }

    private static List<String> pending(Connection connection) throws SQLException {
        var pending = new ArrayList<String>();
        if (PraefectTables.state(connection) == State.NONE) {
            pending.addAll(PraefectTables.MIGRATIONS);
        }
        pending.addAll(ownPending(connection));
        return pending;
    }

    /// Our own additions that are missing.
    private static List<String> ownPending(Connection connection) throws SQLException {
        Set<String> made = PraefectTables.exists(connection, ChangeLog.TABLE)
                ? new HashSet<>(Query.of(connection, "SELECT id FROM quaestor_databasechangelog")
                        .list(row -> row.getString(1)))
                : Set.of();
        return ChangeLog.ownChanges().stream().filter(id -> !made.contains(id)).toList();
    }

    /// Checks what [#migrate()] should have done.
    ///
    /// @return our own additions that are missing; everything works without them, only slower
    /// @throws DatastoreRefusedException if an operator has to do something first
    List<String> check() throws InterruptedException {
        return with("reach " + connector.settings().address(), connection -> {
            PraefectTables.checkServer(connection);
            if (PraefectTables.state(connection) == State.NONE) {
                throw new DatastoreRefusedException(
                        "the database %s on %s has no tables yet: run sql-migrate first"
                                .formatted(
                                        connector.settings().database(),
                                        connector.settings().address()));
            }
            return ownPending(connection);
        });
    }

    /// What a start has to know.
    ///
    /// @param intents  whether the tables of intents are there, and may be used
    /// @param careless settings of the server by which it may lose what it has confirmed, for people
    record Found(boolean intents, List<String> careless) {}

    Found look() throws InterruptedException {
        return with(
                "look at " + connector.settings().address(),
                connection -> new Found(
                        IntentTables.found(connection), Query.of(connection, CARELESS).list(row -> row.getString(1))));
    }

    private <T> T with(String doing, Database.Work<T> work) throws InterruptedException {
        try (var connection = connector.getConnection()) {
            return work.on(connection);
        } catch (SQLException failure) {
            var meaning = Failures.unchanged(doing, failure);
            if (Thread.interrupted()) {
                throw new InterruptedException(meaning.getMessage());
            }
            throw meaning;
        }
    }
}
