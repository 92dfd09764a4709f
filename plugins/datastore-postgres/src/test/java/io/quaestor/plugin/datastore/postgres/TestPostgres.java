package io.quaestor.plugin.datastore.postgres;

import io.quaestor.plugin.datastore.postgres.server.PostgresServer;
import io.quaestor.plugin.datastore.postgres.server.Programs;
import io.quaestor.spi.plugin.PluginContext;
import io.quaestor.testkit.fake.RealClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// One PostgreSQL for all tests of a JVM, run by our own runner, but without care for the disk. Each test gets a database.
final class TestPostgres {

    /// Throw-away data needs no disk that keeps it.
    static final List<String> CARELESS = List.of("fsync=off", "synchronous_commit=off", "full_page_writes=off");

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final Queue<ConnectionSettings> USED = new ConcurrentLinkedQueue<>();
    private static final String TEMPLATE = "migrated";

    private TestPostgres() {}

    /// Unpacked once for all runs. Another PostgreSQL is tested with `-Dtest.postgres=<its directory of programs>`.
    static Programs programs() {
        return new Programs(
                new Programs.Sources(
                        Optional.ofNullable(System.getProperty("test.postgres")).map(Path::of), List.of(), TestPostgres.class.getClassLoader(), true),
                Path.of("target", "programs").toAbsolutePath());
    }

    private static final class Running {

        static final PostgresServer SERVER = start();

        private static PostgresServer start() {
            try {
                var home = Files.createTempDirectory("quaestor-postgres-");
                var server = new PostgresServer(
                        new PostgresServer.Settings(home, programs(), 0, CARELESS), new RealClock());
                server.start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, home)));
                migrateTemplate(server);
                return server;
            } catch (IOException | InterruptedException | SQLException failure) {
                throw new IllegalStateException(failure);
            }
        }

        private static void migrateTemplate(PostgresServer server) throws InterruptedException, SQLException {
            var admin = way(server, "postgres");
            try (var connection = new Connector(admin, Duration.ZERO).getConnection()) {
                Query.of(connection, "CREATE DATABASE " + TEMPLATE).run();
            }
            new PostgresSchema(new Connector(way(server, TEMPLATE), Duration.ZERO)).migrate();
        }

        private static void stop(PostgresServer server, Path home) {
            // nobody needs what it would write now
            ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
            try (var files = Files.walk(home)) {
                files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private static ConnectionSettings way(PostgresServer server, String database) {
        return new ConnectionSettings(
                "127.0.0.1", server.port(), PostgresServer.NAME, server.password(), database, "disable", "", "", "");
    }

    /// A database with all tables that is only looked at.
    static ConnectionSettings shared() {
        return Shared.WAY;
    }

    private static final class Shared {
        static final ConnectionSettings WAY = migrated();
    }

    /// A database with all tables.
    static ConnectionSettings migrated() {
        var used = USED.poll();
        return used == null ? create("TEMPLATE " + TEMPLATE) : used;
    }

    /// Gives back a database that [#migrated()] gave, for the next test: emptied, which is faster than making one.
    static void giveBack(ConnectionSettings way) {
        try (var connection = connect(way)) {
            Query.of(connection, """
                            TRUNCATE repositories, storage_repositories, repository_assignments, replication_queue,
                                     replication_queue_lock, replication_queue_job_lock, node_status,
                                     quaestor_proxies, quaestor_write_intents, quaestor_recoveries, quaestor_write_turns
                              RESTART IDENTITY
                            """).run();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        USED.add(way);
    }

    /// A database without tables.
    static ConnectionSettings empty() {
        return create("");
    }

    private static ConnectionSettings create(String how) {
        var name = "test_" + DATABASES.incrementAndGet();
        try (var connection = connect(way(Running.SERVER, "postgres"))) {
            Query.of(connection, "CREATE DATABASE " + name + " " + how).run();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        return way(Running.SERVER, name);
    }

    static Connection connect(ConnectionSettings way) throws SQLException {
        return new Connector(way, Duration.ZERO).getConnection();
    }

    static PostgresDatastore datastore(ConnectionSettings way, PluginContext context) {
        return new PostgresDatastore(way, way, 8, context);
    }
}
