package io.quaestor.plugin.datastore.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.plugin.Secret;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How databases are recognised and made.
class SchemaTest {

    private static final String INDEX = "quaestor_waiting_jobs";

    /// What we add, in order.
    private static final String[] OWN = {
        INDEX, "quaestor_proxies", "quaestor_write_intents", "quaestor_recoveries", "quaestor_write_turns"
    };

    private static PostgresSchema schema(ConnectionSettings way) {
        return new PostgresSchema(new Connector(way, Duration.ZERO));
    }

    private static List<String> column(ConnectionSettings way, String sql) throws SQLException {
        try (var connection = TestPostgres.connect(way)) {
            return Query.of(connection, sql).list(row -> row.getString(1));
        }
    }

    private static void run(ConnectionSettings way, String sql) throws SQLException {
        try (var connection = TestPostgres.connect(way)) {
            Query.of(connection, sql).run();
        }
    }

    @Test
    void anEmptyDatabaseGetsPraefectsMigrationsAndOurAdditions() throws Exception {
        var way = TestPostgres.empty();

        var pending = schema(way).pending();
        var made = schema(way).migrate();

        assertThat(pending).hasSize(47).startsWith("20200109161404_hello_world").endsWith(OWN);
        assertThat(pending).contains("20220520083313_remove_maintenance_replication_events");
        assertThat(made).isEqualTo(pending);
        assertThat(schema(way).pending()).isEmpty();
        assertThat(schema(way).migrate()).isEmpty();
        assertThat(column(way, "SELECT id FROM schema_migrations ORDER BY id"))
                .isEqualTo(pending.subList(0, 42));
    }

    /// The standard output belongs to the command that migrates.
    @Test
    void migratingPrintsNothing() throws Exception {
        var way = TestPostgres.empty();
        var printed = new ByteArrayOutputStream();
        var out = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            schema(way).migrate();
        } finally {
            System.setOut(out);
        }

        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void allObjectsOfOurOwnSaySo() throws Exception {
        var way = TestPostgres.migrated();

        var ours = column(way, "SELECT relname FROM pg_class WHERE relname LIKE '%quaestor%' AND relkind IN ('r', 'i')");

        assertThat(ours)
                .contains("quaestor_databasechangelog", "quaestor_databasechangeloglock")
                .contains(OWN)
                .allMatch(name -> name.startsWith("quaestor_"));
        assertThat(column(way, "SELECT relname FROM pg_class WHERE relname LIKE 'databasechange%'")).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock = """
            hello_world                | id
            repositories               | virtual_storage,relative_path,generation,primary,repository_id,replica_path
            storage_repositories       | virtual_storage,relative_path,storage,generation,repository_id,verified_at,verification_leased_until
            repository_assignments     | virtual_storage,relative_path,storage,repository_id
            replication_queue          | id,state,created_at,updated_at,attempt,lock_id,job,meta
            replication_queue_lock     | id,acquired
            replication_queue_job_lock | job_id,lock_id,triggered_at
            node_status                | id,praefect_name,shard_name,node_name,last_contact_attempt_at,last_seen_active_at
            storage_cleanups           | virtual_storage,storage,last_run,triggered_at
            shard_primaries            | id,shard_name,node_name,elected_by_praefect,elected_at,read_only,demoted,previous_writable_primary
            virtual_storages           | virtual_storage,repositories_imported
            schema_migrations          | id,applied_at
            healthy_storages           | virtual_storage,storage
            valid_primaries            | repository_id,virtual_storage,relative_path,storage
            repository_generations     | virtual_storage,relative_path,generation
            """)
    void aTableHasPraefectsColumnsInPraefectsOrder(String table, String columns) throws Exception {
        var found = column(TestPostgres.shared(), """
                SELECT string_agg(column_name, ',' ORDER BY ordinal_position)
                  FROM information_schema.columns WHERE table_name = '%s'
                """.formatted(table));

        assertThat(found).containsExactly(columns);
    }

    @Test
    void constraintsIndexesAndTriggersHavePraefectsNames() throws Exception {
        var way = TestPostgres.shared();

        assertThat(column(way, "SELECT conname FROM pg_constraint WHERE contype IN ('p', 'f') AND conname NOT LIKE 'quaestor%'"))
                .contains(
                        "repositories_pkey",
                        "storage_repositories_pkey",
                        "storage_repositories_repository_id_fkey",
                        "repository_assignments_pkey",
                        "repository_assignments_repository_id_fkey",
                        "repository_assignments_virtual_storage_relative_path_fkey",
                        "replication_queue_pkey",
                        "replication_queue_lock_pkey",
                        "replication_queue_job_lock_pk",
                        "replication_queue_job_lock_job_id_fkey",
                        "replication_queue_job_lock_lock_id_fkey",
                        "node_status_pkey",
                        "storage_cleanups_pkey",
                        "shard_primaries_pkey",
                        "virtual_storages_pkey",
                        "schema_migrations_pkey");
        assertThat(column(way, "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"))
                .contains(
                        "repository_lookup_index",
                        "repository_replica_path_index",
                        "storage_repositories_new_pkey",
                        "verification_queue",
                        "verification_leases",
                        "repository_assignments_new_pkey",
                        "virtual_target_on_replication_queue_idx",
                        "replication_queue_target_index",
                        "delete_replica_unique_index",
                        "shard_node_names_on_node_status_idx",
                        "shard_name_on_node_status_idx",
                        "shard_name_on_shard_primaries_idx");
        assertThat(column(way, "SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger WHERE NOT tgisinternal"))
                .containsExactlyInAnyOrder(
                        "repositories.notify_on_delete",
                        "storage_repositories.notify_on_insert",
                        "storage_repositories.notify_on_update",
                        "storage_repositories.notify_on_delete");
        assertThat(column(way, "SELECT unnest(enum_range(NULL::replication_job_state))::text"))
                .containsExactly("ready", "in_progress", "completed", "cancelled", "failed", "dead");
        assertThat(column(way, "SELECT pg_get_serial_sequence('repositories', 'repository_id')"))
                .containsExactly("public.repositories_repository_id_seq");
    }

    /// What a Praefect leaves behind, of whichever release: our objects gone, its list of migrations as it wrote it.
    private static ConnectionSettings praefects(String... laterMigrations) throws SQLException {
        var way = TestPostgres.migrated();
        run(way, "DROP TABLE quaestor_databasechangelog, quaestor_databasechangeloglock");
        run(way, "DROP INDEX quaestor_waiting_jobs");
        run(way, "DROP TABLE quaestor_proxies, quaestor_write_intents, quaestor_recoveries, quaestor_write_turns");
        for (var id : laterMigrations) {
            run(way, "INSERT INTO schema_migrations VALUES ('" + id + "', now())");
        }
        return way;
    }

    @ParameterizedTest(name = "later migrations: {0}")
    @CsvSource({"''", "20260224025459_repo_write_locks", "20300101000000_unknown"})
    void aDatabaseThatAPraefectMadeIsUsedAsItIs(String later) throws Exception {
        var way = later.isEmpty() ? praefects() : praefects(later);
        run(way, "INSERT INTO repositories VALUES ('default', 'a.git', 3, 'gitaly-1', 7, '@cluster/7')");
        var before = column(way, "SELECT id || applied_at FROM schema_migrations ORDER BY id");

        try (var datastore = TestPostgres.datastore(way, TestContext.of(Map.of()))) {
            assertThat(datastore.schema().pending()).containsExactly(OWN);
            datastore.start();
            assertThat(datastore.schema().pending()).isEmpty();
            assertThat(datastore.intents()).isPresent();
            assertThat(datastore.turns()).isPresent();
        }

        assertThat(column(way, "SELECT id || applied_at FROM schema_migrations ORDER BY id")).isEqualTo(before);
        assertThat(column(way, "SELECT repository_id::text FROM repositories")).containsExactly("7");
    }

    @Test
    void aDatabaseWithoutTablesIsRefusedWithTheCommandThatMakesThem() {
        try (var datastore = TestPostgres.datastore(TestPostgres.empty(), TestContext.of(Map.of()))) {
            assertThatThrownBy(datastore::start)
                    .isInstanceOf(DatastoreRefusedException.class)
                    .hasMessageContaining("sql-migrate");
        }
    }

    @Test
    void aDatabaseOfAnOlderPraefectIsLeftToThatPraefect() throws Exception {
        var way = praefects();
        run(way, "DELETE FROM schema_migrations WHERE id > '20220404131105_stale_verification_lease_index'");

        assertThatThrownBy(() -> schema(way).migrate())
                .isInstanceOf(DatastoreRefusedException.class)
                .hasMessageContaining("2 of its migrations are missing")
                .hasMessageContaining("20220407111624_ignore_verification_in_triggers")
                .hasMessageContaining("praefect's own sql-migrate");
    }

    @Test
    void aDatabaseOfSomethingElseIsRefused() throws Exception {
        var way = TestPostgres.empty();
        run(way, "CREATE TABLE repositories (id int)");

        assertThatThrownBy(() -> schema(way).migrate())
                .isInstanceOf(DatastoreRefusedException.class)
                .hasMessageContaining("belongs to something else");
    }

    @Test
    void severalProxiesMayMigrateAtTheSameTime() throws Exception {
        var way = TestPostgres.empty();
        Callable<List<String>> migrate = () -> schema(way).migrate();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var made = threads.invokeAll(List.of(migrate, migrate, migrate)).stream()
                    .map(future -> future.resultNow().size())
                    .sorted()
                    .toList();

            assertThat(made).containsExactly(0, 0, 47);
        }
    }

    @Test
    void aLockThatADeadMigrationLeftBehindIsFreed() throws Exception {
        var way = TestPostgres.migrated();
        run(way, "DELETE FROM quaestor_databasechangelog WHERE id = '" + INDEX + "'");
        run(way, "DROP INDEX quaestor_waiting_jobs");
        run(way, "UPDATE quaestor_databasechangeloglock SET locked = true, lockedby = 'somebody', lockgranted = now()");

        assertThat(schema(way).migrate()).containsExactly(INDEX);
    }

    @Test
    void aPingSaysWhatWasReached() throws Exception {
        var way = TestPostgres.empty();

        assertThat(schema(way).ping()).matches("PostgreSQL \\d+\\.\\d+ on 127\\.0\\.0\\.1:" + way.port());
    }

    @Test
    void whatIsNeverAnsweredIsUnavailable() {
        var wrong = new ConnectionSettings("127.0.0.1", 1, "nobody", Secret.of(""), "none", "disable", "", "", "");

        assertThatThrownBy(() -> schema(wrong).ping())
                .isInstanceOf(io.quaestor.spi.datastore.DatastoreUnavailableException.class)
                .hasMessageContaining("127.0.0.1:1");
    }
}
