package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// The one place where a failure of SQL becomes one of the SPI's. Codes are from PostgreSQL's appendix A.
final class Failures {

    private static final String UNIQUE_VIOLATION = "23505";

    /// Classes of codes that say: not now. Connection, resources, a conflict with somebody else, the server's own trouble.
    private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "40", "53", "57", "58", "XX");

    /// Codes of other classes that pass too: a server that became a standby, a lock that was not free in time.
    private static final Set<String> TRANSIENT_CODES = Set.of("25006", "25P03", "55P03");

    /// A deadlock, or a conflict that PostgreSQL could not serialise: the transaction did nothing and may be tried again.
    private static final Set<String> RETRY = Set.of("40001", "40P01");

    private Failures() {}

    /// @param doing what was tried, for the message, for example `record writes`
    static DatastoreException unchanged(String doing, SQLException failure) {
        return isTransient(failure)
                ? DatastoreUnavailableException.unchanged(message(doing, failure), failure)
                : new DatastoreRefusedException(message(doing, failure), failure);
    }

    /// For a failure of `COMMIT`: unless the server itself says that it rolled back, nobody knows.
    static DatastoreException ofCommit(String doing, SQLException failure) {
        boolean rolledBack = failure instanceof PSQLException answered
                && answered.getServerErrorMessage() != null
                && (!isConnectionLost(failure) || TOO_LATE.equals(failure.getSQLState()));
        return rolledBack
                ? unchanged(doing, failure)
                : DatastoreUnavailableException.inDoubt(message(doing, failure), failure);
    }

    /// The server has ended a session, and its transaction, that stood still for too long; see [Database].
    private static final String TOO_LATE = "25P03";

    /// Whether the same transaction may succeed if it is simply made again.
    static boolean isWorthRetrying(SQLException failure) {
        return failure.getSQLState() != null && RETRY.contains(failure.getSQLState());
    }

    /// The constraint that a row would have violated as not the only one of its kind.
    static Optional<String> uniqueConstraint(SQLException failure) {
        if (failure instanceof PSQLException answered && UNIQUE_VIOLATION.equals(failure.getSQLState())) {
            return Optional.ofNullable(answered.getServerErrorMessage()).map(ServerErrorMessage::getConstraint);
        }
        return Optional.empty();
    }

    /// Whether this connection is gone: a failure of the network, or the server ended the session.
    static boolean isConnectionLost(SQLException failure) {
        var state = failure.getSQLState();
        return state != null && (state.startsWith("08") || state.startsWith("57P") || state.equals(TOO_LATE));
    }

    private static boolean isTransient(SQLException failure) {
        var state = stateOf(failure);
        if (state.isEmpty()) {
            return failure instanceof SQLTransientConnectionException;
        }
        return TRANSIENT_CLASSES.contains(state.substring(0, 2)) || TRANSIENT_CODES.contains(state);
    }

    /// The pool hides why it could not connect behind an exception of its own.
    private static String stateOf(SQLException failure) {
        if (failure instanceof SQLTransientConnectionException && failure.getCause() instanceof SQLException cause) {
            return stateOf(cause);
        }
        var state = failure.getSQLState();
        return state == null || state.length() < 2 ? "" : state;
    }

    private static String message(String doing, SQLException failure) {
        var cause = failure instanceof SQLTransientConnectionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        return "cannot " + doing + ": " + cause.getMessage();
    }
}
