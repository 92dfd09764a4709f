package io.quaestor.plugin.datastore.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quaestor.plugin.datastore.postgres.CuttingRelay.Cut;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a caller is told when a connection ends at a bad moment, and that it goes on afterwards.
class ConnectionLossTest {

    private static final StorageName G1 = new StorageName("gitaly-1");
    private static final RepositoryKey KEY = new RepositoryKey(new VirtualStorage("default"), "a.git");

    private final ConnectionSettings way = TestPostgres.migrated();
    private CuttingRelay relay;
    private PostgresDatastore datastore;
    private RepositoryId id;

    @BeforeEach
    void start() throws Exception {
        relay = new CuttingRelay(way.port());
        datastore = TestPostgres.datastore(through(), TestContext.of(Map.of(KEY.virtualStorage(), List.of(G1))));
        datastore.start();
        id = datastore.repositories().reserve(KEY);
        datastore.repositories()
                .record(List.of(new WriteRecord.Creation(
                        id, KEY, new ReplicaPath("@cluster/1"), G1, Set.of(G1), Set.of(), false, "", Optional.empty())));
    }

    private ConnectionSettings through() {
        return new ConnectionSettings(
                way.host(), relay.port(), way.user(), way.password(), way.database(), "disable", "", "", "");
    }

    @AfterEach
    void stop() throws Exception {
        datastore.close();
        relay.close();
    }

    private List<WriteResult> write() throws InterruptedException {
        return datastore.repositories().record(List.of(new WriteRecord.Update(id, KEY, G1, Set.of(G1), Set.of(), "", Optional.empty())));
    }

    private Generation generation() throws InterruptedException {
        return datastore.placements().find(KEY).orElseThrow().generation();
    }

    private DatastoreUnavailableException failureOfWrite() {
        return catchThrowableOfType(DatastoreUnavailableException.class, this::write);
    }

    @Test
    void aTransactionThatIsLostBeforeItsCommitIsMadeOnAnotherConnection() throws Exception {
        relay.cut(Cut.BEFORE_IT_ARRIVES, "WITH raised");

        assertThat(write()).containsExactly(new WriteResult.Recorded(new Generation(1)));
    }

    @Test
    void aProxyThatStandsStillInATransactionKeepsNothingLocked() throws Exception {
        var runs = new AtomicInteger();
        var locked = new CountDownLatch(1);
        var goesOn = new CountDownLatch(1);
        try (var database = new Database(way, 2, Duration.ofSeconds(10), TestContext.of(Map.of()))) {
            database.open();
            var suspended = new FutureTask<>(() -> database.write("stand still", connection -> {
                runs.incrementAndGet();
                Query.of(connection, PostgresRepositories.LOCK, id).run();
                locked.countDown();
                goesOn.await();
                return Query.of(connection, "SELECT 1").any();
            }));
            Thread.ofVirtual().start(suspended);
            locked.await();

            assertThat(write()).as("by another proxy").containsExactly(new WriteResult.Recorded(new Generation(1)));

            goesOn.countDown();
            assertThat(suspended.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(runs).as("the transaction is made again").hasValue(2);
        }
    }

    @Test
    void whereNoConnectionCanBeMadeNothingIsChanged() throws Exception {
        relay.close();
        try (var database = new Database(through(), 2, Duration.ofSeconds(1), TestContext.of(Map.of()))) {
            database.open();

            assertThatThrownBy(() -> new PostgresPrimaries(database, new IntentTables())
                            .replace(new PrimaryChange(id, Optional.empty(), G1, new Generation(0))))
                    .isInstanceOfSatisfying(
                            DatastoreUnavailableException.class,
                            failure -> assertThat(failure.outcomeKnown()).isTrue())
                    .hasMessageContaining("cannot replace the primary");
        }
    }

    @Test
    void aCommitThatNeverArrivesIsInDoubt() throws Exception {
        relay.cut(Cut.BEFORE_IT_ARRIVES, "COMMIT");

        assertThat(failureOfWrite().outcomeKnown()).isFalse();
        assertThat(generation()).isEqualTo(new Generation(0));
    }

    @Test
    void aCommitWhoseAnswerIsLostIsInDoubt() throws Exception {
        relay.cut(Cut.BEFORE_ITS_ANSWER, "COMMIT");

        assertThat(failureOfWrite().outcomeKnown()).isFalse();
        assertThat(write()).containsExactly(new WriteResult.Recorded(new Generation(2)));
    }

    private WriteRecord opened() throws InterruptedException {
        var intents = datastore.intents().orElseThrow();
        var life = intents.join(new ProxyIdentity("p1", "host"), Duration.ofMinutes(1));
        var intent = new NewIntent.Update(IntentId.of(life, 1), id, KEY, new Generation(0), 0);
        assertThat(intents.open(life, List.of(intent))).containsExactly(new IntentResult.Opened(id));
        return new WriteRecord.Update(id, KEY, G1, Set.of(G1), Set.of(), "", Optional.of(intent.id()));
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE_IT_ARRIVES", "BEFORE_ITS_ANSWER"})
    void aRecordInDoubtThatNamesItsIntentIsRepeatedAndCountsOnce(Cut cut) throws Exception {
        var record = opened();
        relay.cut(cut, "COMMIT");

        assertThatThrownBy(() -> datastore.repositories().record(List.of(record)))
                .isInstanceOfSatisfying(
                        DatastoreUnavailableException.class,
                        failure -> assertThat(failure.outcomeKnown()).isFalse());

        assertThat(datastore.repositories().record(List.of(record)))
                .containsExactly(new WriteResult.Recorded(new Generation(1)));
        assertThat(generation()).isEqualTo(new Generation(1));
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE_IT_ARRIVES", "BEFORE_ITS_ANSWER"})
    void anIntentInDoubtIsOpenedOnceMore(Cut cut) throws Exception {
        var intents = datastore.intents().orElseThrow();
        var life = intents.join(new ProxyIdentity("p1", "host"), Duration.ofMinutes(1));
        var intent = new NewIntent.Update(IntentId.of(life, 1), id, KEY, new Generation(0), 0);
        relay.cut(cut, "COMMIT");

        assertThatThrownBy(() -> intents.open(life, List.of(intent)))
                .isInstanceOfSatisfying(
                        DatastoreUnavailableException.class,
                        failure -> assertThat(failure.outcomeKnown()).isFalse());

        assertThat(intents.open(life, List.of(intent))).containsExactly(new IntentResult.Opened(id));
        assertThat(intents.underWay(id)).isEqualTo(1);
    }

    @Test
    void aCreationInDoubtIsConfirmedByRecordingItOnceMore() throws Exception {
        var key = new RepositoryKey(KEY.virtualStorage(), "b.git");
        var creation = new WriteRecord.Creation(
                datastore.repositories().reserve(key), key, new ReplicaPath("@cluster/2"), G1, Set.of(G1), Set.of(), true, "", Optional.empty());
        relay.cut(Cut.BEFORE_ITS_ANSWER, "COMMIT");

        assertThatThrownBy(() -> datastore.repositories().record(List.of(creation)))
                .isInstanceOfSatisfying(
                        DatastoreUnavailableException.class,
                        failure -> assertThat(failure.outcomeKnown()).isFalse());
        assertThat(datastore.repositories().record(List.of(creation)))
                .containsExactly(new WriteResult.Recorded(new Generation(0)));
    }

    @Test
    void sessionsThatTheServerEndedAreReplaced() throws Exception {
        try (var connection = TestPostgres.connect(way)) {
            Query.of(
                            connection,
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ? AND pid <> pg_backend_pid()",
                            way.database())
                    .list(row -> row.getBoolean(1));
        }

        assertThat(generation()).isEqualTo(new Generation(0));
    }

    /// The lock that a write waits for is held by somebody else meanwhile.
    @Test
    void anInterruptEndsAWaitForALock() throws Exception {
        try (var other = TestPostgres.connect(way)) {
            other.setAutoCommit(false);
            Query.of(other, "SELECT 1 FROM repositories FOR UPDATE").any();
            var begun = new CountDownLatch(1);
            var task = new FutureTask<String>(() -> {
                try {
                    begun.countDown();
                    write();
                    return "recorded";
                } catch (InterruptedException _) {
                    return "interrupted";
                }
            });
            var writer = Thread.ofVirtual().start(task);
            begun.await();
            awaitWaiter();

            writer.interrupt();

            assertThat(task.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
            other.rollback();
        }
        assertThat(write()).containsExactly(new WriteResult.Recorded(new Generation(1)));
    }

    private void awaitWaiter() throws Exception {
        try (var connection = TestPostgres.connect(way)) {
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
