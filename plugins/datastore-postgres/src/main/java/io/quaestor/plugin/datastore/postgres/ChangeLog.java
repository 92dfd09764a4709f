package io.quaestor.plugin.datastore.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.regex.Pattern;
import liquibase.Contexts;
import liquibase.GlobalConfiguration;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.database.core.PostgresDatabase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.logging.Logger;
import liquibase.logging.core.AbstractLogService;
import liquibase.logging.core.AbstractLogger;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.jspecify.annotations.Nullable;

/// The SQL files that make the tables, and Liquibase, which runs them. Its own tables have names of ours.
final class ChangeLog {

    static final String TABLE = "quaestor_databasechangelog";

    static final String LOCK_TABLE = "quaestor_databasechangeloglock";

    private static final String FOLDER = "io/quaestor/plugin/datastore/postgres/schema/";

    private static final String PRAEFECT = FOLDER + "praefect.sql";

    private static final String OWN = FOLDER + "own.sql";

    /// The names of the migrations that the tables of `praefect.sql` stand for.
    private static final Pattern MIGRATION = Pattern.compile("^ {4}'(\\d{14}_\\w+)'", Pattern.MULTILINE);

    private static final Pattern CHANGE = Pattern.compile("^--changeset quaestor:(\\w+)", Pattern.MULTILINE);

    private ChangeLog() {}

    static List<String> praefectMigrations() {
        return names(PRAEFECT, MIGRATION);
    }

    /// The names of what we add to Praefect's tables, in order.
    static List<String> ownChanges() {
        return names(OWN, CHANGE);
    }

    private static List<String> names(String file, Pattern pattern) {
        try (var in = Objects.requireNonNull(ChangeLog.class.getClassLoader().getResourceAsStream(file), file)) {
            return pattern.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .results()
                    .map(result -> result.group(1))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Makes Praefect's tables where they are missing, then ours. The caller is alone, and gives the connection away.
    static void run(Connection connection) throws SQLException {
        var thread = Thread.currentThread();
        var loader = thread.getContextClassLoader();
        // Liquibase looks for its own parts there, and would not find them from outside of the bundle
        thread.setContextClassLoader(ChangeLog.class.getClassLoader());
        try {
            Scope.child(
                    Map.of(
                            Scope.Attr.classLoader.name(), ChangeLog.class.getClassLoader(),
                            Scope.Attr.logService.name(), new Silence(),
                            Scope.Attr.ui.name(), new LoggerUIService(),
                            "liquibase.analytics.enabled", false,
                            GlobalConfiguration.DATABASECHANGELOG_TABLE_NAME.getKey(), TABLE,
                            GlobalConfiguration.DATABASECHANGELOGLOCK_TABLE_NAME.getKey(), LOCK_TABLE),
                    () -> {
                        update(connection, PRAEFECT);
                        update(connection, OWN);
                    });
        } catch (Exception failure) {
            throw sqlCause(failure);
        } finally {
            thread.setContextClassLoader(loader);
        }
    }

    private static void update(Connection connection, String file) throws LiquibaseException {
        var database = new PostgresDatabase();
        database.setConnection(new JdbcConnection(connection));
        database.setDatabaseChangeLogTableName(TABLE);
        database.setDatabaseChangeLogLockTableName(LOCK_TABLE);
        // not closed: that would close the connection too
        var liquibase =
                new Liquibase(file, new ClassLoaderResourceAccessor(ChangeLog.class.getClassLoader()), database);
        // it would go to the standard output, which belongs to the command that runs us
        liquibase.setShowSummary(UpdateSummaryEnum.OFF);
        liquibase.update(new Contexts(), new LabelExpression());
    }

    private static SQLException sqlCause(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return new SQLException("the changes of the tables cannot be run: " + failure.getMessage(), failure);
    }

    /// Liquibase tells everything it does as news. What goes wrong it throws as well.
    @SuppressWarnings("try") // its close() is inherited and does nothing
    private static final class Silence extends AbstractLogService {

        @Override
        public int getPriority() {
            return PRIORITY_NOT_APPLICABLE;
        }

        @Override
        public Logger getLog(@SuppressWarnings("rawtypes") Class type) {
            return new AbstractLogger() {

                @Override
                public void log(Level level, String message, Throwable failure) {
                    // see above
                }
            };
        }
    }
}
