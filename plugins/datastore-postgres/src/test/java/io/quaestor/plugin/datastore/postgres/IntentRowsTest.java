package io.quaestor.plugin.datastore.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.Ripeness;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is particular to intents in PostgreSQL: which locks wait for which, what is swept, and what a Praefect beside us
/// may do.
class IntentRowsTest {

    private static final VirtualStorage DEFAULT = new VirtualStorage("default");
    private static final StorageName G1 = new StorageName("gitaly-1");
    private static final StorageName G2 = new StorageName("gitaly-2");
    private static final RepositoryKey KEY = new RepositoryKey(DEFAULT, "a.git");
    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final Ripeness RIPENESS = new Ripeness(Duration.ofMinutes(5), Duration.ofMinutes(1));

    private final ConnectionSettings way = TestPostgres.migrated();
    private final PostgresDatastore datastore =
            TestPostgres.datastore(way, TestContext.of(Map.of(DEFAULT, List.of(G1, G2))));
    private Intents intents;
    private RepositoryId id;
    private ProxyLife life;
    private int count;

    @BeforeEach
    void start() throws Exception {
        datastore.start();
        intents = datastore.intents().orElseThrow();
        id = datastore.repositories().reserve(KEY);
        record(new WriteRecord.Creation(
                id, KEY, new ReplicaPath("@cluster/1"), G1, Set.of(G1, G2), Set.of(), false, "", Optional.empty()));
        life = intents.join(new ProxyIdentity("p1", "host"), LEASE);
    }

    @AfterEach
    void stop() {
        datastore.close();
        TestPostgres.giveBack(way);
    }

    private WriteResult record(WriteRecord one) throws InterruptedException {
        return datastore.repositories().record(List.of(one)).getFirst();
    }

    private IntentResult open(NewIntent intent) throws InterruptedException {
        return intents.open(life, List.of(intent)).getFirst();
    }

    private NewIntent intent() {
        return new NewIntent.Update(IntentId.of(life, ++count), id, KEY, new Generation(0), count);
    }

    private WriteRecord.Update update(NewIntent intent) {
        return new WriteRecord.Update(id, KEY, G1, Set.of(G1, G2), Set.of(), "c", Optional.of(intent.id()));
    }

    private int run(String sql) throws SQLException {
        try (var connection = TestPostgres.connect(way)) {
            return Query.of(connection, sql).update();
        }
    }

    private long rows() throws SQLException {
        try (var connection = TestPostgres.connect(way)) {
            return Query.of(connection, "SELECT count(*) FROM quaestor_write_intents")
                    .first(row -> row.getLong(1))
                    .orElseThrow();
        }
    }

    private void endLives() throws SQLException {
        run("UPDATE quaestor_proxies SET lease_until = lease_until - interval '30 minutes'");
    }

    @Test
    void whatEndedAWhileAgoIsSwept() throws Exception {
        var recorded = intent();
        var stillOpen = intent();
        open(recorded);
        open(stillOpen);
        record(update(recorded));
        intents.suspects(RIPENESS, 10);
        assertThat(rows()).isEqualTo(2);

        run("UPDATE quaestor_write_intents SET ended_at = ended_at - interval '3 minutes'");
        intents.suspects(RIPENESS, 10);

        assertThat(rows()).isEqualTo(1);
        assertThat(intents.underWay(id)).isEqualTo(1);
        assertThat(record(update(recorded))).as("too late to be known").isEqualTo(new WriteResult.Settled());
    }

    @Test
    void livesThatCannotGoOnAreForgottenUnlessTheyLeftSomethingBehind() throws Exception {
        open(intent());
        for (var name : new String[] {"away", "left", "back"}) {
            var earlier = intents.join(new ProxyIdentity(name, "host"), LEASE);
            if ("left".equals(name)) {
                intents.leave(earlier);
            }
        }
        intents.suspects(RIPENESS, 10);
        assertThat(names()).containsExactly("p1", "away", "back");
        endLives();
        run("UPDATE quaestor_proxies SET lease_until = lease_until - interval '1 hour' WHERE name IN ('p1', 'away')");

        intents.join(new ProxyIdentity("back", "host"), LEASE);
        assertThat(names()).containsExactly("p1", "away", "back", "back");
        intents.suspects(RIPENESS, 10);

        assertThat(names()).containsExactly("p1", "back");
    }

    private List<String> names() throws SQLException {
        try (var connection = TestPostgres.connect(way)) {
            return Query.of(connection, "SELECT name FROM quaestor_proxies ORDER BY life").list(row -> row.getString(1));
        }
    }

    @Test
    void aLifeThatIsAboutToOpenAnIntentIsNotForgotten() throws Exception {
        try (var opening = TestPostgres.connect(way)) {
            opening.setAutoCommit(false);
            IntentOpening.open(opening, life, List.of(intent()));
            intents.join(new ProxyIdentity("p1", "host"), LEASE);
            intents.suspects(RIPENESS, 10);
            opening.commit();
        }

        assertThat(intents.suspects(RIPENESS, 10)).hasSize(1);
        assertThat(names()).hasSize(2);
    }

    /// A Praefect beside us knows nothing of intents.
    @Test
    void aRepositoryThatAPraefectRemovedIsNotSuspect() throws Exception {
        var intent = intent();
        open(intent);
        intents.hold(life, id);
        endLives();
        run("DELETE FROM repositories WHERE repository_id = " + id);

        assertThat(intents.suspects(RIPENESS, 10)).isEmpty();
        assertThat(rows()).as("swept").isZero();
        assertThat(record(update(intent))).isEqualTo(new WriteResult.Missing());
        var next = intents.join(new ProxyIdentity("p1", "host"), LEASE);
        assertThat(intents.hold(next, id)).isFalse();
        assertThat(run("DELETE FROM quaestor_recoveries")).as("holds were forgotten").isZero();
    }

    /// Otherwise every record of a busy repository would keep the next write waiting.
    @Test
    void anIntentIsOpenedWhileAWriteIsBeingRecorded() throws Exception {
        try (var recording = TestPostgres.connect(way)) {
            recording.setAutoCommit(false);
            Query.of(recording, "SELECT 1 FROM repositories FOR NO KEY UPDATE").any();
            Query.of(recording, "UPDATE repositories SET generation = generation + 1").update();

            assertThat(open(intent())).isEqualTo(new IntentResult.Opened(id));

            recording.rollback();
        }
    }

    @Test
    void anIntentWaitsForWhoIsAboutToHoldItsRepository() throws Exception {
        var other = intents.join(new ProxyIdentity("p2", "host"), LEASE);
        try (var holding = TestPostgres.connect(way)) {
            holding.setAutoCommit(false);
            Query.of(holding, PostgresRepositories.LOCK, id).run();
            var opening = new FutureTask<>(() -> open(intent()));
            Thread.ofVirtual().start(opening);
            awaitWaiter();
            Query.of(holding, "INSERT INTO quaestor_recoveries VALUES (?, ?, now())", id, other.number()).update();
            holding.commit();

            assertThat(opening.get(20, TimeUnit.SECONDS)).isEqualTo(new IntentResult.Held());
        }
    }

    @Test
    void whoHoldsARepositoryWaitsForWhoIsAboutToOpenAnIntent() throws Exception {
        var other = intents.join(new ProxyIdentity("p2", "host"), LEASE);
        try (var opening = TestPostgres.connect(way)) {
            opening.setAutoCommit(false);
            assertThat(IntentOpening.open(opening, life, List.of(intent()))).containsExactly(new IntentResult.Opened(id));
            var holding = new FutureTask<>(() -> intents.hold(other, id) ? intents.underWay(id) : -1);
            Thread.ofVirtual().start(holding);
            awaitWaiter();
            opening.commit();

            assertThat(holding.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        }
    }

    /// As when the connection breaks while the commit is on its way, and the proxy gives up.
    @Test
    void aCommitThatComesAfterTheWithdrawalLeavesNothingOpen() throws Exception {
        var intent = intent();
        try (var opening = TestPostgres.connect(way)) {
            opening.setAutoCommit(false);
            IntentOpening.open(opening, life, List.of(intent));
            var withdrawing = new FutureTask<>(() -> {
                intents.withdraw(List.of(intent.id()));
                return intents.underWay(id);
            });
            Thread.ofVirtual().start(withdrawing);
            awaitWaiter();
            opening.commit();

            assertThat(withdrawing.get(20, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void aPrimaryIsNotReplacedIfItsRepositoryBecomesSuspectMeanwhile() throws Exception {
        var intent = intent();
        open(intent);
        intents.withdraw(List.of(intent.id()));
        var change = new PrimaryChange(id, Optional.of(G1), G2, new Generation(0));
        try (var recording = TestPostgres.connect(way)) {
            recording.setAutoCommit(false);
            assertThat(new WriteGroup(recording, List.of(update(intent)), true).record())
                    .containsExactly(new WriteResult.Settled());
            var replacing = new FutureTask<>(() -> datastore.primaries().replace(change));
            Thread.ofVirtual().start(replacing);
            awaitWaiter();
            recording.commit();

            assertThat(replacing.get(20, TimeUnit.SECONDS)).isFalse();
        }
    }

    /// Between its snapshot and its turn the name was not only given free but taken for good.
    @Test
    void aCreationThatWaitedForAnotherFindsThatItWasRecorded() throws Exception {
        var first = new NewIntent.Creation(IntentId.of(life, ++count), new RepositoryKey(DEFAULT, "b.git"), 0);
        var second = new NewIntent.Creation(IntentId.of(life, ++count), first.key(), 0);
        var number = ((IntentResult.Opened) open(first)).repository();
        var creation = new WriteRecord.Creation(
                number, first.key(), new ReplicaPath("x"), G1, Set.of(G1), Set.of(), false, "", Optional.of(first.id()));
        try (var recording = TestPostgres.connect(way)) {
            recording.setAutoCommit(false);
            assertThat(new WriteGroup(recording, List.of(creation), true).record())
                    .containsExactly(new WriteResult.Recorded(new Generation(0)));
            var opening = new FutureTask<>(() -> open(second));
            Thread.ofVirtual().start(opening);
            awaitWaiter();
            recording.commit();

            assertThat(opening.get(20, TimeUnit.SECONDS)).isEqualTo(new IntentResult.Exists());
        }
        endLives();
        assertThat(intents.suspects(RIPENESS, 10)).isEmpty();
    }

    private void awaitWaiter() throws SQLException {
        try (Connection connection = TestPostgres.connect(way)) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (System.nanoTime() < end
                    && !Query.of(
                                    connection,
                                    "SELECT 1 FROM pg_stat_activity WHERE datname = ? AND wait_event_type = 'Lock'",
                                    way.database())
                            .any()) {
                Thread.onSpinWait();
            }
        }
    }
}
