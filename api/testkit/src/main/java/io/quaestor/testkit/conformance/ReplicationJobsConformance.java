package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.datastore.ReplicationJobs;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/// The rules of [ReplicationJobs] for one worker at a time. [JobWorkersConformance] has those for several.
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class ReplicationJobsConformance extends StoreConformance {

    private static final RepositoryKey A = key("a.git");
    private static final RepositoryKey B = key("b.git");
    private static final RepositoryId ID = new RepositoryId(1_000_001);
    private static final RepositoryId OTHER_ID = new RepositoryId(1_000_002);
    private static final NewJob TO_G2 = updateJob(ID, A, G1, G2);

    private ReplicationJobs jobs() {
        return datastore.replicationJobs();
    }

    @Test
    void aJobIsTakenAsItWasAdded() throws Exception {
        assertThat(jobs().add(TO_G2)).isTrue();

        assertThat(take(G2)).singleElement().satisfies(taken -> {
            assertThat(taken.job()).isEqualTo(TO_G2);
            assertThat(taken.attemptsLeft()).isEqualTo(2);
        });
    }

    @Test
    void aDeletionIsTakenAsItWasAdded() throws Exception {
        jobs().add(deletionJob(ID, A, G2));

        assertThat(take(G2)).extracting(ReplicationJob::job).containsExactly(deletionJob(ID, A, G2));
    }

    @Test
    void anEqualJobThatWaitsIsNotAddedAgain() throws Exception {
        jobs().add(TO_G2);

        assertThat(jobs().add(TO_G2)).isFalse();
        assertThat(jobs().add(updateJob(ID, A, G3, G2))).as("with another source").isFalse();
        assertThat(take(G2)).hasSize(1);
    }

    @Test
    void jobsForAnotherTargetOrRepositoryAreOthers() throws Exception {
        jobs().add(TO_G2);

        assertThat(jobs().add(updateJob(ID, A, G1, G3))).isTrue();
        assertThat(jobs().add(updateJob(OTHER_ID, B, G1, G2))).isTrue();
        assertThat(jobs().add(updateJob(OTHER_ID, new RepositoryKey(OTHER, "a.git"), G1, G2)))
                .isTrue();
        assertThat(take(G2)).hasSize(2);
        assertThat(take(G3)).hasSize(1);
        assertThat(take(datastore, OTHER, G2)).hasSize(1);
    }

    @Test
    void aJobUnderWayDoesNotKeepAnEqualOneFromBeingAdded() throws Exception {
        jobs().add(TO_G2);
        ReplicationJob taken = take(G2).getFirst();

        assertThat(jobs().add(TO_G2)).isTrue();
        assertThat(take(G2)).as("of the same repository, now").isEmpty();

        jobs().end(taken, JobOutcome.COMPLETED);
        assertThat(take(G2)).as("what was added after the copy began").hasSize(1);
    }

    @Test
    void oneDeletionAtATimeForEachRepository() throws Exception {
        jobs().add(deletionJob(ID, A, G2));
        assertThat(jobs().add(deletionJob(ID, A, G3))).isFalse();
        ReplicationJob taken = take(G2).getFirst();
        assertThat(jobs().add(deletionJob(ID, A, G3))).isFalse();
        jobs().end(taken, JobOutcome.FAILED);
        assertThat(jobs().add(deletionJob(ID, A, G3))).isFalse();
        assertThat(jobs().add(deletionJob(OTHER_ID, B, G3))).isTrue();

        jobs().end(take(G2).getFirst(), JobOutcome.COMPLETED);

        assertThat(jobs().add(deletionJob(ID, A, G3))).isTrue();
    }

    @Test
    void aCompletedJobIsGone() throws Exception {
        jobs().add(TO_G2);

        jobs().end(take(G2).getFirst(), JobOutcome.COMPLETED);

        assertThat(take(G2)).isEmpty();
        assertThat(jobs().add(TO_G2)).isTrue();
    }

    @Test
    void aCompletedJobTakesEqualOnesWithItThatWaitedBeforeItWasTaken() throws Exception {
        jobs().add(TO_G2);
        ReplicationJob first = take(G2).getFirst();
        jobs().add(TO_G2);
        jobs().end(first, JobOutcome.FAILED);

        ReplicationJob second = take(G2).getFirst();
        jobs().end(second, JobOutcome.COMPLETED);

        assertThat(second.id()).as("the older one").isEqualTo(first.id());
        assertThat(take(G2)).isEmpty();
    }

    @Test
    void aCompletedJobLeavesEqualOnesWhileItsTargetIsOutdated() throws Exception {
        RepositoryId id = create(A, G1, G2);
        jobs().add(updateJob(id, A, G1, G2));
        ReplicationJob first = take(G2).getFirst();
        jobs().add(updateJob(id, A, G1, G2));
        jobs().end(first, JobOutcome.FAILED);
        ReplicationJob again = take(G2).getFirst();

        record(update(id, A, Set.of(G1), G2)); // adds no job, since one waits
        jobs().end(again, JobOutcome.COMPLETED); // copied what was there before

        assertThat(take(G2)).as("the job that stands for the write").hasSize(1);
    }

    @Test
    void aCompletedUpdateWaitsAgainWhileItsTargetIsOutdated() throws Exception {
        RepositoryId id = create(A, G1, G2);
        record(update(id, A, Set.of(G1), G2));
        ReplicationJob copy = take(G2).getFirst();

        record(update(id, A, Set.of(G1, G2))); // was on its way when G2 fell behind
        jobs().end(copy, JobOutcome.COMPLETED); // copied what was there before

        ReplicationJob again = take(G2).getFirst();
        assertThat(again.job()).isEqualTo(copy.job());
        assertThat(again.attemptsLeft()).isEqualTo(copy.attemptsLeft());
    }

    @Test
    void aCompletedJobLeavesThoseWithAnotherSource() throws Exception {
        jobs().add(TO_G2);
        ReplicationJob first = take(G2).getFirst();
        jobs().add(updateJob(ID, A, G3, G2));
        jobs().end(first, JobOutcome.FAILED);

        jobs().end(take(G2).getFirst(), JobOutcome.COMPLETED);

        assertThat(take(G2)).extracting(ReplicationJob::job).containsExactly(updateJob(ID, A, G3, G2));
    }

    @Test
    void aJobIsTriedThreeTimes() throws Exception {
        jobs().add(TO_G2);

        for (int left = 2; left >= 0; left--) {
            ReplicationJob taken = take(G2).getFirst();
            assertThat(taken.attemptsLeft()).isEqualTo(left);
            jobs().end(taken, JobOutcome.FAILED);
        }

        assertThat(take(G2)).isEmpty();
    }

    @Test
    void aDeletionIsNeverForgotten() throws Exception {
        jobs().add(deletionJob(ID, A, G2));

        for (int i = 0; i < 6; i++) {
            jobs().end(take(G2).getFirst(), JobOutcome.FAILED);
        }

        assertThat(take(G2)).hasSize(1);
    }

    @Test
    void aJobThatWasNotTriedKeepsItsAttempts() throws Exception {
        jobs().add(TO_G2);

        for (int i = 0; i < 6; i++) {
            ReplicationJob taken = take(G2).getFirst();
            assertThat(taken.attemptsLeft()).isEqualTo(2);
            jobs().end(taken, JobOutcome.HANDED_BACK);
        }
    }

    @Test
    void aJobThatWasNotTriedDoesNotRest() throws Exception {
        jobs().add(TO_G2);
        jobs().end(take(G2).getFirst(), JobOutcome.HANDED_BACK);

        assertThat(jobs().take(new JobRequest(node(G2), 1, Duration.ofHours(1))))
                .hasSize(1);
    }

    @Test
    void aDroppedJobIsGoneEvenIfItIsADeletion() throws Exception {
        jobs().add(TO_G2);
        jobs().add(deletionJob(ID, A, G3));

        jobs().end(take(G2).getFirst(), JobOutcome.DROPPED);
        jobs().end(take(G3).getFirst(), JobOutcome.DROPPED);

        assertThat(take(G2)).isEmpty();
        assertThat(take(G3)).isEmpty();
    }

    @Test
    void aJobThatFailedRestsAndDoesNotHoldUpOthers() throws Exception {
        var request = new JobRequest(node(G2), 1, Duration.ofMinutes(1));
        jobs().add(TO_G2);
        jobs().end(jobs().take(request).getFirst(), JobOutcome.FAILED);
        letTimePass(Duration.ofSeconds(50));
        jobs().add(updateJob(OTHER_ID, B, G1, G2));

        List<ReplicationJob> others = jobs().take(request);
        letTimePass(Duration.ofSeconds(20));
        List<ReplicationJob> rested = jobs().take(request);

        assertThat(others).extracting(taken -> taken.job().key()).containsExactly(B);
        assertThat(rested).extracting(taken -> taken.job().key()).containsExactly(A);
    }

    @Test
    void theOldestAreTakenFirstAndNoMoreThanAskedFor() throws Exception {
        for (int i = 0; i < 5; i++) {
            jobs().add(updateJob(new RepositoryId(1_000_100 + i), key(i + ".git"), G1, G2));
            letTimePass(Duration.ofSeconds(1));
        }

        var first = jobs().take(new JobRequest(node(G2), 2, Duration.ZERO));
        var second = jobs().take(new JobRequest(node(G2), 2, Duration.ZERO));

        assertThat(first).extracting(taken -> taken.job().key().relativePath()).containsExactly("0.git", "1.git");
        assertThat(second).extracting(taken -> taken.job().key().relativePath()).containsExactly("2.git", "3.git");
        assertThat(first.getFirst().createdAt()).isBefore(second.getFirst().createdAt());
    }

    @Test
    void aTargetGetsItsOwnJobsEvenIfNamesAreAlike() throws Exception {
        var wild = new VirtualStorage("vs_1"); // a wildcard where names are compared by pattern
        var tame = new VirtualStorage("vsx1");
        jobs().add(updateJob(ID, new RepositoryKey(tame, "a.git"), G1, new StorageName("gitaly-1")));
        jobs().add(updateJob(ID, new RepositoryKey(wild, "a.git"), G1, new StorageName("gitaly_1")));

        var taken = jobs().take(new JobRequest(NodeId.of("vs_1", "gitaly_1"), 10, Duration.ZERO));

        assertThat(taken).extracting(job -> job.job().key().virtualStorage()).containsExactly(wild);
        assertThat(take(datastore, wild, G1)).isEmpty();
        assertThat(take(datastore, tame, G1)).hasSize(1);
    }

    @Test
    void nothingIsDoneTwiceIfAJobIsEndedTwice() throws Exception {
        jobs().add(TO_G2);
        ReplicationJob taken = take(G2).getFirst();
        jobs().end(taken, JobOutcome.FAILED);

        jobs().end(taken, JobOutcome.COMPLETED);

        assertThat(take(G2)).hasSize(1);
    }
}
