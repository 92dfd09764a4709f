package io.quaestor.plugin.datastore.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.CopyRecord;
import io.quaestor.spi.datastore.CopyResult;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.Secret;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What works for a user of the database who may use Praefect's tables, but neither make nor use ours.
class LimitedRightsTest {

    private static final VirtualStorage DEFAULT = new VirtualStorage("default");
    private static final StorageName G1 = new StorageName("gitaly-1");
    private static final StorageName G2 = new StorageName("gitaly-2");
    private static final RepositoryKey KEY = new RepositoryKey(DEFAULT, "a.git");
    private static final String OUR_TABLES =
            "quaestor_proxies, quaestor_write_intents, quaestor_recoveries, quaestor_write_turns";

    private final TestContext context = TestContext.of(Map.of(DEFAULT, List.of(G1, G2)));

    private static void run(ConnectionSettings way, String sql) throws SQLException {
        try (var connection = TestPostgres.connect(way)) {
            Query.of(connection, sql).run();
        }
    }

    /// A user who may do what a Praefect's may.
    private static ConnectionSettings limited(ConnectionSettings way) throws SQLException {
        var user = "\"user of %s\"".formatted(way.database());
        run(way, "CREATE ROLE " + user + " LOGIN PASSWORD 'pw'");
        run(way, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + user);
        run(way, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO " + user);
        return new ConnectionSettings(
                way.host(), way.port(), "user of " + way.database(), Secret.of("pw"), way.database(), "disable", "", "", "");
    }

    private static ConnectionSettings praefects() throws SQLException {
        var way = TestPostgres.migrated();
        run(way, "DROP TABLE quaestor_databasechangelog, quaestor_databasechangeloglock, " + OUR_TABLES);
        run(way, "DROP INDEX quaestor_waiting_jobs");
        return way;
    }

    @Test
    void withoutTheRightToAddAnythingEverythingWorksButIntents() throws Exception {
        try (var datastore = TestPostgres.datastore(limited(praefects()), context)) {
            datastore.start();

            assertThat(datastore.schema().pending()).hasSize(5);
            assertThat(datastore.intents()).isEmpty();
            assertThat(datastore.turns()).isEmpty();
            repositoriesComeAndGo(datastore);
        }
        assertThat(context.logger().lines())
                .filteredOn(line -> line.contains("going on without"))
                .singleElement()
                .asString()
                .contains("write intents", "could not add", "permission denied");
    }

    @Test
    void tablesOfOursThatMayNotBeUsedAreNotUsed() throws Exception {
        var way = TestPostgres.migrated();
        var limited = limited(way);
        run(way, "REVOKE DELETE ON quaestor_write_turns FROM \"user of %s\"".formatted(way.database()));

        try (var datastore = TestPostgres.datastore(limited, context)) {
            datastore.start();

            assertThat(datastore.intents()).isEmpty();
            repositoriesComeAndGo(datastore);
        }
        assertThat(context.logger().lines())
                .anyMatch(line -> line.contains("going on without write intents") && line.contains("may not use"));
    }

    @Test
    void whoMayUseOurTablesNeedNotBeAbleToMakeThem() throws Exception {
        try (var datastore = TestPostgres.datastore(limited(TestPostgres.migrated()), context)) {
            datastore.start();

            assertThat(datastore.intents()).isPresent();
            repositoriesComeAndGo(datastore);
        }
        assertThat(context.logger().lines()).noneMatch(line -> line.contains("going on without"));
    }

    @Test
    void aServerThatMayLoseWhatItConfirmedIsNamed() throws Exception {
        var way = TestPostgres.migrated(); // all test servers run so
        try (var datastore = TestPostgres.datastore(way, context)) {
            datastore.start();
        }

        assertThat(context.logger().lines())
                .filteredOn(line -> line.contains("may lose writes"))
                .singleElement()
                .asString()
                .contains("fsync is off, synchronous_commit is off");
    }

    private static void repositoriesComeAndGo(PostgresDatastore datastore) throws InterruptedException {
        RepositoryId id = datastore.repositories().reserve(KEY);
        var creation = new WriteRecord.Creation(
                id, KEY, new ReplicaPath("@cluster/1"), G1, Set.of(G1), Set.of(G2), false, "c", Optional.empty());
        var forgotten = datastore.intents().isPresent() ? Optional.<IntentId>empty() : Optional.of(new IntentId(1));
        var update = new WriteRecord.Update(id, KEY, G1, Set.of(G1), Set.of(G2), "c", forgotten);

        assertThat(datastore.repositories().record(List.of(creation)))
                .containsExactly(new WriteResult.Recorded(new Generation(0)));
        assertThat(datastore.repositories().record(List.of(update)))
                .containsExactly(new WriteResult.Recorded(new Generation(1)));
        assertThat(datastore.repositories().recordCopy(new CopyRecord(id, G2, Generation.NONE, new Generation(1))))
                .isEqualTo(CopyResult.RECORDED);
        assertThat(datastore.placements().find(KEY).orElseThrow().upToDate()).containsExactly(G1, G2);
        assertThat(datastore.replicationJobs().addMissing(Map.of(DEFAULT, Set.of(G1, G2)))).isEmpty();
        assertThat(datastore.repositories().remove(KEY)).isPresent();
    }
}
