package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.DatastoreRefusedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Recognises in which state a database is, by the list of migrations that Praefect keeps in it (DS 1.7, 1.8). Looks only.
final class PraefectTables {

    /// What the tables must have gone through; later ones add to them and are used as they are (DS 14).
    static final List<String> MIGRATIONS = ChangeLog.praefectMigrations();

    /// As Praefect: 11.0, written as PostgreSQL writes it (DS 1.1).
    private static final int OLDEST_SERVER = 110_000;

    private PraefectTables() {}

    /// What is found in a database.
    enum State {

        /// No tables of Praefect.
        NONE,

        /// All of them.
        COMPLETE
    }

    static void checkServer(Connection connection) throws SQLException {
        int version = Query.of(connection, "SELECT current_setting('server_version_num')::int")
                .first(row -> row.getInt(1))
                .orElse(0);
        if (version < OLDEST_SERVER) {
            throw new DatastoreRefusedException("postgres server version too old: " + version);
        }
    }

    /// @throws DatastoreRefusedException if only some of the tables are there: nobody but that Praefect knows the rest
    static State state(Connection connection) throws SQLException {
        var applied = applied(connection);
        var missing = MIGRATIONS.stream().filter(id -> !applied.contains(id)).toList();
        if (missing.isEmpty()) {
            return State.COMPLETE;
        }
        if (missing.size() < MIGRATIONS.size()) {
            throw new DatastoreRefusedException(
                    ("the database was made by an older praefect: %d of its migrations are missing, the first is %s; "
                                    + "run praefect's own sql-migrate of release 16.8 or later first")
                            .formatted(missing.size(), missing.getFirst()));
        }
        if (exists(connection, "repositories")) {
            throw new DatastoreRefusedException(
                    "the database has a table repositories, but no migrations of praefect: it belongs to something else");
        }
        return State.NONE;
    }

    private static Set<String> applied(Connection connection) throws SQLException {
        return exists(connection, "schema_migrations")
                ? new HashSet<>(Query.of(connection, "SELECT id FROM schema_migrations").list(row -> row.getString(1)))
                : Set.of();
    }

    /// Whether a table of that name is where the tables are looked for.
    static boolean exists(Connection connection, String table) throws SQLException {
        return Query.of(connection, "SELECT to_regclass(quote_ident(?)) IS NOT NULL", table)
                .first(row -> row.getBoolean(1))
                .orElse(false);
    }
}
