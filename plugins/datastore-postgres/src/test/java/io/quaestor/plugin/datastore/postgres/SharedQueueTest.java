package io.quaestor.plugin.datastore.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The queue as a Praefect beside us sees it and leaves it (DS 3, DS 11.4).
class SharedQueueTest {

    private static final RepositoryKey KEY = new RepositoryKey(new VirtualStorage("default"), "a.git");
    private static final StorageName G1 = new StorageName("gitaly-1");
    private static final StorageName G2 = new StorageName("gitaly-2");
    private static final NewJob UPDATE =
            new NewJob(new RepositoryId(7), KEY, JobChange.UPDATE, Optional.of(G1), G2, "abc");

    private final ConnectionSettings way = TestPostgres.migrated();
    private final PostgresDatastore datastore =
            TestPostgres.datastore(way, TestContext.of(Map.of(KEY.virtualStorage(), List.of(G1, G2))));

    @BeforeEach
    void start() throws Exception {
        datastore.start();
    }

    @AfterEach
    void stop() {
        datastore.close();
    }

    private List<String> column(String sql) throws SQLException {
        try (var connection = TestPostgres.connect(way)) {
            return Query.of(connection, sql).list(row -> row.getString(1));
        }
    }

    private void run(String sql) throws SQLException {
        try (var connection = TestPostgres.connect(way)) {
            Query.of(connection, sql).run();
        }
    }

    private List<ReplicationJob> take() throws InterruptedException {
        return datastore.replicationJobs().take(new JobRequest(new NodeId(KEY.virtualStorage(), G2), 10, Duration.ZERO));
    }

    @Test
    void aJobLooksAsAPraefectWritesIt() throws Exception {
        datastore.replicationJobs().add(UPDATE);

        assertThat(column("SELECT job FROM replication_queue"))
                .containsExactly("{\"change\": \"update\", \"params\": null, \"replica_path\": \"\", \"relative_path\": \"a.git\", "
                        + "\"repository_id\": 7, \"virtual_storage\": \"default\", "
                        + "\"source_node_storage\": \"gitaly-1\", \"target_node_storage\": \"gitaly-2\"}");
        assertThat(column("SELECT state || ' ' || attempt || ' ' || lock_id || ' ' || meta FROM replication_queue"))
                .containsExactly("ready 3 default|gitaly-2|a.git {\"correlation_id\": \"abc\"}");
        assertThat(column("SELECT id || ' ' || acquired FROM replication_queue_lock"))
                .containsExactly("default|gitaly-2|a.git false");
        assertThat(column("SELECT abs(extract(epoch FROM created_at - timezone('UTC', now()))) < 60 FROM replication_queue"))
                .containsExactly("t");
    }

    @Test
    void aJobThatIsTakenIsLockedForPraefectsToo() throws Exception {
        datastore.replicationJobs().add(UPDATE);

        var job = take().getFirst();

        assertThat(column("SELECT acquired FROM replication_queue_lock")).containsExactly("t");
        assertThat(column("SELECT job_id || ' ' || lock_id FROM replication_queue_job_lock"))
                .containsExactly(job.id() + " default|gitaly-2|a.git");
        assertThat(column("SELECT state || ' ' || attempt FROM replication_queue")).containsExactly("in_progress 2");

        datastore.replicationJobs().end(job, JobOutcome.COMPLETED);

        assertThat(column("SELECT acquired FROM replication_queue_lock")).containsExactly("f");
        assertThat(column("SELECT job_id FROM replication_queue_job_lock")).isEmpty();
        assertThat(column("SELECT id FROM replication_queue")).isEmpty();
    }

    @Test
    void whatAPraefectHasTakenIsLeftToIt() throws Exception {
        datastore.replicationJobs().add(UPDATE);
        run("UPDATE replication_queue_lock SET acquired = true");

        assertThat(take()).isEmpty();
    }

    @Test
    void aJobWithoutTheKeysThatPraefectLeavesOutIsRead() throws Exception {
        run("INSERT INTO replication_queue_lock VALUES ('default|gitaly-2|a.git')");
        run("""
                INSERT INTO replication_queue (lock_id, job, meta) VALUES ('default|gitaly-2|a.git',
                    '{"change": "delete_replica", "repository_id": 7, "virtual_storage": "default", "relative_path": "a.git",
                      "target_node_storage": "gitaly-2", "source_node_storage": null}', 'null')
                """);

        assertThat(take()).singleElement().satisfies(job -> {
            assertThat(job.job()).isEqualTo(
                    new NewJob(new RepositoryId(7), KEY, JobChange.DELETE_REPLICA, Optional.empty(), G2, ""));
            assertThat(job.attemptsLeft()).isEqualTo(3);
        });
    }

    @Test
    void aJobOfAnOlderReleaseIsHandedOutAsSuch() throws Exception {
        datastore.replicationJobs().add(UPDATE);
        run("UPDATE replication_queue SET job = jsonb_set(job, '{change}', '\"create\"')");

        assertThat(take()).singleElement().satisfies(job -> assertThat(job.job().change()).isEqualTo(JobChange.OTHER));
    }

    @Test
    void aJobWhoseLockAPraefectTidiedAwayIsTaken() throws Exception {
        datastore.replicationJobs().add(UPDATE);
        run("DELETE FROM replication_queue_lock");

        assertThat(take()).hasSize(1);
        assertThat(column("SELECT acquired FROM replication_queue_lock")).containsExactly("t");
    }

    @Test
    void aLockThatAPraefectLeakedIsFreed() throws Exception {
        datastore.replicationJobs().add(UPDATE);
        run("UPDATE replication_queue_lock SET acquired = true");

        datastore.replicationJobs().releaseStale(Duration.ofMinutes(1));

        assertThat(take()).hasSize(1);
    }

    @Test
    void aJobInProgressThatNobodyHoldsIsFreed() throws Exception {
        datastore.replicationJobs().add(UPDATE);
        run("UPDATE replication_queue SET state = 'in_progress', attempt = 2");

        assertThat(datastore.replicationJobs().releaseStale(Duration.ofMinutes(1))).isEqualTo(1);

        assertThat(take()).hasSize(1);
    }

    @Test
    void aJobWithoutAttemptsIsForgottenSoThatAnotherMayTakeItsPlace() throws Exception {
        datastore.replicationJobs().add(UPDATE);
        run("UPDATE replication_queue SET state = 'failed', attempt = -1");

        assertThat(take()).isEmpty();

        assertThat(column("SELECT id FROM replication_queue")).isEmpty();
    }

    /// The write that is being recorded saw that a job waits, and added none.
    @Test
    void theEndOfAJobWaitsForAWriteThatIsBeingRecorded() throws Exception {
        run("INSERT INTO repositories VALUES ('default', 'a.git', 1, 'gitaly-1', 7, 'p')");
        run("INSERT INTO storage_repositories VALUES ('default', 'a.git', 'gitaly-2', 1, 7)");
        datastore.replicationJobs().add(UPDATE);
        datastore.replicationJobs().end(take().getFirst(), JobOutcome.FAILED);
        datastore.replicationJobs().add(UPDATE);
        var taken = take().getFirst();
        var ended = new FutureTask<Boolean>(() -> {
            datastore.replicationJobs().end(taken, JobOutcome.COMPLETED);
            return true;
        });
        try (var write = TestPostgres.connect(way)) {
            write.setAutoCommit(false);
            Query.of(write, "UPDATE repositories SET generation = 2").update();
            Thread.ofVirtual().start(ended);
            awaitWaiter();
            write.commit();
        }

        assertThat(ended.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(take()).hasSize(1);
    }

    private void awaitWaiter() throws SQLException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        var waits = "SELECT 1 FROM pg_stat_activity WHERE datname = '%s' AND wait_event_type = 'Lock'"
                .formatted(way.database());
        while (column(waits).isEmpty() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /// As long as another worker holds the row, it is skipped; nobody waits (DS 13 D10).
    @Test
    void aRowThatSomebodyLooksAtIsSkippedAndBlocksNoWriter() throws Exception {
        datastore.replicationJobs().add(UPDATE);
        try (var other = TestPostgres.connect(way)) {
            other.setAutoCommit(false);
            Query.of(other, "SELECT 1 FROM replication_queue_lock FOR UPDATE").any();

            assertThat(take()).isEmpty();
            other.rollback();
        }
        assertThat(take()).hasSize(1);
    }

    @Test
    void namesAreNoPatterns() throws Exception {
        datastore.replicationJobs()
                .add(new NewJob(new RepositoryId(7), KEY, JobChange.UPDATE, Optional.of(G1), new StorageName("gitalyX2"), ""));

        assertThat(datastore.replicationJobs()
                        .take(new JobRequest(NodeId.of("default", "gitaly_2"), 10, Duration.ZERO)))
                .isEmpty();
        assertThat(datastore.replicationJobs().take(new JobRequest(NodeId.of("default", "%"), 10, Duration.ZERO)))
                .isEmpty();
    }
}
