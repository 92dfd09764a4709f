package io.quaestor.simulation.replay;

import io.quaestor.plugin.datastore.postgres.server.PostgresServer;
import io.quaestor.plugin.datastore.postgres.server.Programs;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.testkit.fake.RealClock;
import io.quaestor.testkit.fake.StoredJob;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/// A real PostgreSQL with the tables of a Praefect, and with none of ours.
public final class PraefectDatabase implements AutoCloseable {

    private static final String SCHEMA = "/io/quaestor/plugin/datastore/postgres/schema/praefect.sql";

    /// Throw-away data needs no disk that keeps it.
    private static final List<String> CARELESS = List.of("fsync=off", "synchronous_commit=off", "full_page_writes=off");

    private final PostgresServer server;
    private final Connection connection;

    private PraefectDatabase(PostgresServer server, Connection connection) {
        this.server = server;
        this.connection = connection;
    }

    /// @param home     for its data
    /// @param programs for its programs, which are unpacked once
    public static PraefectDatabase start(Path home, Path programs)
            throws IOException, InterruptedException, SQLException {
        var sources = new Programs.Sources(Optional.empty(), List.of(), PraefectDatabase.class.getClassLoader(), true);
        var settings = new PostgresServer.Settings(home, new Programs(sources, programs), 0, CARELESS);
        var server = new PostgresServer(settings, new RealClock());
        server.start();
        var connection = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres",
                PostgresServer.NAME,
                server.password().reveal());
        var database = new PraefectDatabase(server, connection);
        database.run(schema());
        return database;
    }

    private static String schema() throws IOException {
        try (var in = PostgresServer.class.getResourceAsStream(SCHEMA)) {
            if (in == null) {
                throw new FileNotFoundException(SCHEMA);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Puts there what a simulation left behind, and nothing else; every constraint has its say.
    public void replay(Records records) throws SQLException {
        run("""
                TRUNCATE repositories, storage_repositories, repository_assignments, replication_queue,
                         replication_queue_lock, replication_queue_job_lock, node_status
                """);
        for (var placement : records.placements()) {
            replay(placement);
        }
        for (var job : records.jobs()) {
            replay(job);
        }
    }

    private void replay(Placement placement) throws SQLException {
        var name = placement.key().virtualStorage().name();
        var path = placement.key().relativePath();
        run(
                "INSERT INTO repositories VALUES (?, ?, ?, ?, ?, ?)",
                name,
                path,
                placement.generation().value(),
                placement.primary().map(p -> p.value()).orElse(null),
                placement.id().value(),
                placement.path().value());
        for (Replica replica : placement.replicas()) {
            var storage = replica.storage().value();
            if (replica.generation().isRecorded()) {
                run(
                        "INSERT INTO storage_repositories VALUES (?, ?, ?, ?, ?)",
                        name,
                        path,
                        storage,
                        replica.generation().value(),
                        placement.id().value());
            }
            if (replica.assigned()) {
                run("INSERT INTO repository_assignments VALUES (?, ?, ?, ?)", name, path, storage, placement.id().value());
            }
            if (replica.healthy()) {
                run(
                        "INSERT INTO node_status (praefect_name, shard_name, node_name, last_contact_attempt_at, last_seen_active_at)"
                                + " VALUES ('p1', ?, ?, now(), now()) ON CONFLICT DO NOTHING",
                        name,
                        storage);
            }
        }
    }

    private void replay(StoredJob stored) throws SQLException {
        var job = stored.job();
        var name = job.key().virtualStorage().name();
        var lock = name + "|" + job.target() + "|" + job.key().relativePath();
        boolean taken = stored.state() == StoredJob.State.TAKEN;
        run("INSERT INTO replication_queue_lock VALUES (?, ?) ON CONFLICT (id) DO UPDATE"
                + " SET acquired = replication_queue_lock.acquired OR EXCLUDED.acquired", lock, taken);
        run(
                """
                INSERT INTO replication_queue (id, state, attempt, lock_id, job, meta)
                VALUES (?, ?::replication_job_state, ?, ?,
                        jsonb_build_object('virtual_storage', ?::text, 'relative_path', ?::text, 'change', ?::text,
                                           'source_node_storage', ?::text, 'target_node_storage', ?::text,
                                           'repository_id', ?::bigint, 'replica_path', '', 'params', NULL),
                        jsonb_build_object('correlation_id', ?::text))
                """,
                stored.id(),
                state(stored.state()),
                stored.attemptsLeft(),
                lock,
                name,
                job.key().relativePath(),
                job.change().name().toLowerCase(Locale.ROOT),
                job.source().map(s -> s.value()).orElse(""),
                job.target().value(),
                job.repository().value(),
                job.correlationId());
        if (taken) {
            run("INSERT INTO replication_queue_job_lock VALUES (?, ?)", stored.id(), lock);
        }
    }

    private static String state(StoredJob.State state) {
        return switch (state) {
            case WAITING -> "ready";
            case TAKEN -> "in_progress";
            case FAILED -> "failed";
        };
    }

    /// Repositories that a Praefect would find wrong, by rules that it relies on and no constraint holds.
    public List<String> oddities() throws SQLException {
        return column("""
                SELECT 'nobody has generation ' || r.generation || ' of ' || r.relative_path
                  FROM repositories r
                  LEFT JOIN repository_generations g USING (virtual_storage, relative_path)
                 WHERE g.generation IS DISTINCT FROM r.generation
                UNION ALL
                SELECT 'no primary: ' || r.relative_path FROM repositories r WHERE r."primary" IS NULL
                UNION ALL
                SELECT 'a replica lies somewhere else: ' || s.relative_path
                  FROM storage_repositories s
                  JOIN repositories r USING (repository_id)
                 WHERE (s.virtual_storage, s.relative_path) IS DISTINCT FROM (r.virtual_storage, r.relative_path)
                UNION ALL
                SELECT 'a job of nobody: ' || (q.job ->> 'relative_path')
                  FROM replication_queue q
                 WHERE NOT EXISTS (SELECT 1 FROM repositories r WHERE r.repository_id = (q.job ->> 'repository_id')::bigint)
                UNION ALL
                SELECT 'two repositories in one place: ' || replica_path
                  FROM repositories GROUP BY virtual_storage, replica_path HAVING count(*) > 1
                UNION ALL
                SELECT 'a lock is held without a worker: ' || l.id
                  FROM replication_queue_lock l
                 WHERE l.acquired <> EXISTS (SELECT 1 FROM replication_queue_job_lock j WHERE j.lock_id = l.id)
                """);
    }

    /// The repositories of which a Praefect could elect a primary now.
    public TreeSet<String> electable() throws SQLException {
        return new TreeSet<>(column("SELECT DISTINCT relative_path FROM valid_primaries"));
    }

    /// Removes all repositories as a Praefect does, by their own rows.
    ///
    /// @return how many rows of other tables are left
    public int removeAll() throws SQLException {
        run("DELETE FROM repositories");
        return column("SELECT storage FROM storage_repositories UNION ALL SELECT storage FROM repository_assignments").size();
    }

    private List<String> column(String sql) throws SQLException {
        var found = new ArrayList<String>();
        try (var statement = connection.prepareStatement(sql);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private void run(String sql, Object... arguments) throws SQLException {
        if (arguments.length == 0) {
            try (var statement = connection.createStatement()) {
                statement.execute(sql);
            }
            return;
        }
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            statement.execute();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        server.close();
    }
}
