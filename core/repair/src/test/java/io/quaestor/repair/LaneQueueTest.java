package io.quaestor.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.repair.JobEnd.Done;
import io.quaestor.repair.JobEnd.Failed;
import io.quaestor.repair.LaneQueue.GiveBack;
import io.quaestor.repair.LaneQueue.Run;
import io.quaestor.repair.LaneQueue.Step;
import io.quaestor.repair.LaneQueue.Take;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.RepositoryId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LaneQueueTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Duration REST = Duration.ofSeconds(30);

    private final LaneQueue queue = new LaneQueue(REST, 0);

    @Test
    void pausesGrowWhileThereIsNothingToDo() {
        long now = 0;
        for (int seconds : List.of(1, 2, 4, 5, 5)) {
            assertThat(next(now)).contains(new Take());
            queue.taken(List.of(), now);

            assertThat(queue.rest(now)).isEqualTo(Duration.ofSeconds(seconds));
            assertThat(next(now + seconds * SECOND - 1)).isEmpty();
            now += seconds * SECOND;
        }
    }

    @Test
    void aSuccessIsFollowedByTheNextBatchAtOnceAndShortensThePauseAgain() {
        takeNothing(3);
        queue.wake();
        take(job(1));
        queue.ended(new Done(""), SECOND);

        assertThat(next(SECOND)).contains(new Take());
        queue.taken(List.of(), SECOND);
        assertThat(queue.rest(SECOND)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aBatchThatFailsIsFollowedByAPause() {
        take(job(1));
        queue.ended(new Failed(""), 0);

        assertThat(next(0)).isEmpty();
        assertThat(next(SECOND)).contains(new Take());
    }

    @Test
    void whoeverIsWokenLooksAtOnce() {
        takeNothing(5);

        queue.wake();

        assertThat(next(1)).contains(new Take());
    }

    @Test
    void aWakeDuringATakeIsNotForgotten() {
        assertThat(next(0)).contains(new Take());
        queue.wake();
        queue.taken(List.of(), 0);

        assertThat(next(0)).contains(new Take());
    }

    @Test
    void onlyOneWorkerTakes() {
        assertThat(next(0)).contains(new Take());
        assertThat(next(0)).isEmpty();
    }

    @Test
    void nothingIsTakenForANodeThatIsNotReached() {
        assertThat(queue.next(0, false, false)).isEmpty();
        assertThat(queue.rest(0)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void jobsForANodeThatWasLostAreGivenBack() {
        assertThat(next(0)).contains(new Take());
        queue.taken(List.of(job(1), job(2)), 0);
        assertThat(next(0)).contains(new Run(job(1)));
        queue.rest(job(1), 0);

        assertThat(queue.next(0, false, false)).contains(new GiveBack(job(1)));
        assertThat(queue.next(0, false, false)).contains(new GiveBack(job(2)));
        assertThat(queue.next(0, false, false)).isEmpty();
    }

    @Test
    void atTheEndEverythingIsGivenBack() {
        assertThat(next(0)).contains(new Take());
        queue.taken(List.of(job(1)), 0);

        assertThat(queue.next(0, true, true)).contains(new GiveBack(job(1)));
        assertThat(queue.next(0, true, true)).isEmpty();
    }

    @Test
    void aJobThatCannotBeDoneNowRestsWhileOthersAreDone() {
        take(job(1));
        queue.rest(job(1), 0);

        assertThat(next(0)).contains(new Take());
        queue.taken(List.of(job(2)), 0);
        assertThat(next(0)).contains(new Run(job(2)));
        assertThat(next(REST.toNanos())).contains(new GiveBack(job(1)));
    }

    @Test
    void whatRestsIsGivenBackAtOnceWhenItMayBeDone() {
        take(job(1));
        queue.rest(job(1), 0);
        assertThat(next(0)).contains(new Take());
        queue.taken(List.of(), 0);
        assertThat(next(0)).isEmpty();

        queue.retry(job(1).job().repository(), SECOND);

        assertThat(next(SECOND)).contains(new GiveBack(job(1)));
        assertThat(next(SECOND)).contains(new Take());
    }

    @Test
    void jobsOfOtherRepositoriesRestOn() {
        var one = job(1);
        var other = Stories.job(2, new RepositoryId(2), "a", "t");
        var third = job(3);
        for (var job : List.of(other, one, third)) {
            queue.wake();
            take(job);
            queue.rest(job, 0);
        }

        queue.retry(one.job().repository(), SECOND);

        assertThat(next(SECOND)).contains(new GiveBack(one));
        assertThat(next(SECOND)).contains(new GiveBack(third));
        assertThat(next(SECOND)).contains(new Take());
        queue.taken(List.of(), SECOND);
        assertThat(next(REST.toNanos() - 1)).contains(new Take());
        queue.taken(List.of(), REST.toNanos() - 1);
        assertThat(next(REST.toNanos())).contains(new GiveBack(other));
    }

    @Test
    void noMoreThanSomeJobsRest() {
        for (int i = 0; i < LaneQueue.MOST_RESTING; i++) {
            assertThat(queue.rest(job(i), 0)).isTrue();
        }

        assertThat(queue.rest(job(999), 0)).isFalse();
    }

    private void take(ReplicationJob job) {
        assertThat(next(0)).contains(new Take());
        queue.taken(List.of(job), 0);
        assertThat(next(0)).contains(new Run(job));
    }

    private void takeNothing(int times) {
        for (int i = 0; i < times; i++) {
            queue.wake();
            assertThat(next(0)).contains(new Take());
            queue.taken(List.of(), 0);
        }
    }

    private Optional<Step> next(long now) {
        return queue.next(now, true, false);
    }

    private static ReplicationJob job(long id) {
        return Stories.job(id, "a", "t");
    }
}
