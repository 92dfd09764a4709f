package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/// The rules of [io.quaestor.spi.datastore.ReplicationJobs] for several workers, living and dead (I5, I6).
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class JobWorkersConformance extends StoreConformance {

    private static final RepositoryKey A = key("a.git");
    private static final RepositoryId ID = new RepositoryId(1_000_001);
    private static final NewJob TO_G2 = updateJob(ID, A, G1, G2);
    private static final Duration STALE = Duration.ofSeconds(60);

    @Test
    void anotherProxySeesTheJob() throws Exception {
        datastore.replicationJobs().add(TO_G2);

        assertThat(take(another(), DEFAULT, G2)).hasSize(1);
        assertThat(take(G2)).isEmpty();
    }

    @Test
    void oneWorkerAtATimeHandlesARepositoryOnATarget() throws Exception {
        var other = another();
        datastore.replicationJobs().add(TO_G2);
        datastore.replicationJobs().add(updateJob(ID, A, G1, G3));
        datastore.replicationJobs().add(updateJob(new RepositoryId(1_000_002), key("b.git"), G1, G2));
        var taken = datastore.replicationJobs().take(new JobRequest(node(G2), 1, Duration.ZERO));
        datastore.replicationJobs().add(TO_G2);

        assertThat(taken).extracting(job -> job.job().key()).containsExactly(A);
        assertThat(take(other, DEFAULT, G2)).extracting(job -> job.job().key()).containsExactly(key("b.git"));
        assertThat(take(other, DEFAULT, G3)).hasSize(1);
    }

    @Test
    void oneTakeHasOneJobForARepositoryOnATarget() throws Exception {
        datastore.replicationJobs().add(deletionJob(ID, A, G2));
        datastore.replicationJobs().add(TO_G2);

        List<ReplicationJob> first = take(G2);
        datastore.replicationJobs().end(first.getFirst(), JobOutcome.COMPLETED);
        List<ReplicationJob> second = take(G2);

        assertThat(first).extracting(ReplicationJob::job).containsExactly(deletionJob(ID, A, G2));
        assertThat(second).extracting(ReplicationJob::job).containsExactly(TO_G2);
    }

    @Test
    void theJobOfAWorkerThatDiedIsTakenAgain() throws Exception {
        datastore.replicationJobs().add(TO_G2);
        take(G2);
        letTimePass(Duration.ofSeconds(61));

        assertThat(another().replicationJobs().releaseStale(STALE)).isEqualTo(1);

        var taken = datastore.replicationJobs().take(new JobRequest(node(G2), 1, Duration.ofSeconds(30)));
        assertThat(taken).singleElement().extracting(ReplicationJob::attemptsLeft).isEqualTo(1);
    }

    @Test
    void theJobOfAWorkerThatLivesIsKept() throws Exception {
        datastore.replicationJobs().add(TO_G2);
        datastore.replicationJobs().add(updateJob(ID, A, G1, G3));
        List<ReplicationJob> kept = take(G2);
        take(G3);
        letTimePass(Duration.ofSeconds(50));
        datastore.replicationJobs().keep(kept);
        letTimePass(Duration.ofSeconds(20));

        assertThat(datastore.replicationJobs().releaseStale(STALE)).isEqualTo(1);

        assertThat(take(G2)).isEmpty();
        assertThat(take(G3)).hasSize(1);
    }

    @Test
    void onlyJobsUnderWayBecomeStale() throws Exception {
        datastore.replicationJobs().add(TO_G2);
        datastore.replicationJobs().add(updateJob(ID, A, G1, G3));
        datastore.replicationJobs().end(take(G3).getFirst(), JobOutcome.FAILED);
        letTimePass(Duration.ofHours(1));

        assertThat(datastore.replicationJobs().releaseStale(STALE)).isZero();
        assertThat(take(G2)).hasSize(1);
        assertThat(take(G3)).hasSize(1);
    }

    @Test
    void aStaleJobWithoutAttemptsIsForgottenButADeletionIsNot() throws Exception {
        datastore.replicationJobs().add(TO_G2);
        datastore.replicationJobs().add(deletionJob(ID, A, G3));

        for (int i = 0; i < 3; i++) {
            assertThat(take(G2)).hasSize(1);
            assertThat(take(G3)).hasSize(1);
            letTimePass(Duration.ofSeconds(61));
            assertThat(datastore.replicationJobs().releaseStale(STALE)).isEqualTo(2);
        }

        assertThat(take(G2)).isEmpty();
        assertThat(take(G3)).hasSize(1);
        assertThat(datastore.replicationJobs().add(TO_G2)).isTrue();
        assertThat(take(G2)).hasSize(1);
    }

    @Test
    void whoLostAJobCanNeitherEndNorKeepIt() throws Exception {
        datastore.replicationJobs().add(TO_G2);
        ReplicationJob lost = take(G2).getFirst();
        letTimePass(Duration.ofSeconds(61));
        datastore.replicationJobs().releaseStale(STALE);
        ReplicationJob held = take(another(), DEFAULT, G2).getFirst();

        datastore.replicationJobs().end(lost, JobOutcome.COMPLETED);
        assertThat(held.id()).isEqualTo(lost.id());
        assertThat(take(G2)).isEmpty();

        letTimePass(Duration.ofSeconds(61));
        datastore.replicationJobs().keep(List.of(lost));
        assertThat(datastore.replicationJobs().releaseStale(STALE)).isEqualTo(1);
        assertThat(take(G2)).hasSize(1);
    }

    @Test
    void workersAtTheSameTimeGetEveryJobOnceAndNeverShareATarget() throws Exception {
        int repositories = 30;
        for (int i = 0; i < repositories; i++) {
            var id = new RepositoryId(1_000_100 + i);
            datastore.replicationJobs().add(updateJob(id, key(i + ".git"), G1, G2));
            datastore.replicationJobs().add(deletionJob(id, key(i + ".git"), G2));
        }
        var other = another();
        var handled = new Handled(2 * repositories);

        var workers = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 4; i++) {
            Datastore proxy = i % 2 == 0 ? datastore : other;
            workers.add(() -> {
                handled.work(proxy);
                return true;
            });
        }
        Concurrently.run(workers);

        assertThat(handled.done).hasSize(2 * repositories);
        assertThat(take(G2)).isEmpty();
    }

    /// What several workers do together, until all is done.
    private static final class Handled {

        private final Set<Long> done = ConcurrentHashMap.newKeySet();
        private final Set<RepositoryKey> busy = ConcurrentHashMap.newKeySet();
        private final AtomicInteger left;

        Handled(int jobs) {
            this.left = new AtomicInteger(jobs);
        }

        /// Asks again when it gets nothing, since others may be in the middle of taking.
        void work(Datastore proxy) throws InterruptedException {
            while (left.get() > 0 && !Thread.currentThread().isInterrupted()) {
                for (ReplicationJob job : proxy.replicationJobs().take(new JobRequest(node(G2), 3, Duration.ZERO))) {
                    assertThat(busy.add(job.job().key())).as("alone with %s", job.job().key()).isTrue();
                    assertThat(done.add(job.id())).as("first with job %d", job.id()).isTrue();
                    busy.remove(job.job().key());
                    proxy.replicationJobs().end(job, JobOutcome.COMPLETED);
                    left.decrementAndGet();
                }
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aJobThatEndsWhileStaleOnesAreReleasedDoesNotBlockItsTarget() throws Exception {
        var other = another();
        for (int round = 0; round < 10; round++) {
            datastore.replicationJobs().add(TO_G2);
            ReplicationJob taken = take(G2).getFirst();
            letTimePass(Duration.ofSeconds(61));

            Concurrently.run(
                    () -> {
                        datastore.replicationJobs().end(taken, JobOutcome.COMPLETED);
                        return 0;
                    },
                    () -> other.replicationJobs().releaseStale(STALE));
            datastore.replicationJobs().add(TO_G2);

            List<ReplicationJob> again = take(G2);
            assertThat(again).as("round %d", round).hasSize(1);
            datastore.replicationJobs().end(again.getFirst(), JobOutcome.COMPLETED);
        }
    }
}
