package io.quaestor.plugin.datastore.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.plugin.PluginContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The pool of connections, and the two ways of using one. Everything works behind a pooler that gives each transaction
/// another server: nothing is prepared, and no setting of a session is relied on.
///
/// **Threads:** any. **Blocking:** all but [#open()]; a wait for a connection ends after [#PATIENCE], a statement after
/// [Query#LIMIT], the silence of a server after [#SILENCE], and all of them when the (virtual) thread is interrupted.
final class Database implements AutoCloseable {

    /// A choice: how long a caller waits for a free connection before it hears that there is none.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// A choice: longer than any statement may take, so that it only cuts what hangs. It is the only limit on COMMIT.
    private static final Duration SILENCE = Duration.ofSeconds(60);

    /// A choice: neither a deadlock with another proxy's statement nor the loss of a new connection often happens twice in a
    /// row.
    private static final int ATTEMPTS = 3;

    /// A proxy that is suspended in the middle of a transaction must not keep what it has locked: the server ends the
    /// transaction when nothing was said in it for so long. A choice: far longer than a proxy that is well takes from one
    /// statement to the next, and shorter than clients of others wait. Said in each transaction, because of poolers.
    private static final String HASTE = "SET LOCAL idle_in_transaction_session_timeout = '5s'";

    private final Connector connector;
    private final int poolSize;
    private final Duration patience;
    private final PluginContext context;
    private final AtomicReference<@Nullable HikariDataSource> pool = new AtomicReference<>();

    Database(ConnectionSettings settings, int poolSize, PluginContext context) {
        this(settings, poolSize, PATIENCE, context);
    }

    /// @param patience how long a caller waits for a connection
    Database(ConnectionSettings settings, int poolSize, Duration patience, PluginContext context) {
        this.connector = new Connector(settings, SILENCE);
        this.poolSize = poolSize;
        this.patience = patience;
        this.context = context;
    }

    /// Work on a connection.
    @FunctionalInterface
    interface Work<T> {

        T on(Connection connection) throws SQLException, InterruptedException;
    }

    /// Makes the pool. Its connections are made when they are needed.
    void open() {
        var config = new HikariConfig();
        config.setDataSource(connector);
        config.setPoolName("quaestor-datastore");
        config.setMaximumPoolSize(poolSize);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(patience.toMillis());
        // unlike other settings of a session, this one is carried along by a transaction pooler
        config.setConnectionInitSql("SET TimeZone TO 'UTC'");
        config.setInitializationFailTimeout(-1);
        config.setThreadFactory(context.threads());
        var opened = new HikariDataSource(config);
        if (!pool.compareAndSet(null, opened)) {
            opened.close();
            throw new IllegalStateException("the pool is open already");
        }
    }

    Connector connector() {
        return connector;
    }

    /// Runs statements that change nothing, each for itself.
    ///
    /// @param doing what is tried, for messages
    <T> T read(String doing, Work<T> work) throws InterruptedException {
        return attempt(doing, work);
    }

    /// Runs statements in one transaction and commits it. The work may be run several times, so it must do nothing but SQL.
    ///
    /// @throws DatastoreUnavailableException if it could not be committed, or nobody knows whether it was
    <T> T write(String doing, Work<T> work) throws InterruptedException {
        return attempt(doing, connection -> commit(doing, connection, work));
    }

    /// What fails with an exception of SQL has changed nothing; a commit in doubt fails otherwise.
    private <T> T attempt(String doing, Work<T> work) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try (var connection = connect()) {
                return work.on(connection);
            } catch (SQLException failure) {
                boolean lost = Failures.isConnectionLost(failure) && !(failure instanceof SQLTransientConnectionException);
                if (Thread.currentThread().isInterrupted()
                        || attempt == ATTEMPTS
                        || !(lost || Failures.isWorthRetrying(failure))) {
                    throw passOnInterrupt(Failures.unchanged(doing, failure));
                }
                if (lost) {
                    forgetIdle();
                }
            }
        }
    }

    /// Where one connection was lost, the others that lie idle were lost with it, and are not tested if they were used a
    /// moment ago.
    private void forgetIdle() {
        var open = pool.get();
        if (open != null) {
            open.getHikariPoolMXBean().softEvictConnections();
        }
    }

    private static <T> T commit(String doing, Connection connection, Work<T> work)
            throws SQLException, InterruptedException {
        connection.setAutoCommit(false);
        boolean done = false;
        try {
            Query.of(connection, HASTE).run();
            var result = work.on(connection);
            done = true;
            try {
                connection.commit();
            } catch (SQLException failure) {
                throw Failures.ofCommit(doing, failure);
            }
            return result;
        } finally {
            if (!done) {
                rollBack(connection);
            }
            restore(connection);
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException gone) {
            // then the server rolls back by itself, and the pool drops the connection
        }
    }

    private static void restore(Connection connection) {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException gone) {
            // the pool drops the connection
        }
    }

    private Connection connect() throws SQLException {
        var open = pool.get();
        if (open == null) {
            throw new SQLException("the datastore is not started or already closed", "08003");
        }
        return open.getConnection();
    }

    /// An interrupt closes the socket under the driver, which then reports a lost connection.
    private static DatastoreException passOnInterrupt(DatastoreException failure) throws InterruptedException {
        if (Thread.interrupted()) {
            var interrupted = new InterruptedException(failure.getMessage());
            interrupted.initCause(failure);
            throw interrupted;
        }
        return failure;
    }

    @Override
    public void close() {
        var open = pool.getAndSet(null);
        if (open != null) {
            open.close();
        }
    }
}
