package io.quaestor.repair;

import static io.quaestor.repair.Workshop.G1;
import static io.quaestor.repair.Workshop.G2;
import static io.quaestor.repair.Workshop.G3;
import static io.quaestor.repair.Workshop.LIMIT;
import static io.quaestor.repair.Workshop.next;
import static io.quaestor.repair.Workshop.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import io.quaestor.testkit.fake.StoredJob.State;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How jobs get from the queue to the workers and back (RT 6.3, 10.7); what a job comes to is in [JobRunnerTest].
@Timeout(15)
class ReplicatorTest {

    private static final Duration POLL = Duration.ofSeconds(15); // three times the longest pause

    private final Workshop workshop = new Workshop(5); // a worker for each node, the heartbeat, the sweep
    private Replicator replicator = workshop.replicator(1);

    @AfterEach
    void stop() throws InterruptedException {
        workshop.transport.release();
        workshop.faults.endOutage();
        assertThat(replicator.stop(LIMIT)).isTrue();
    }

    @Test
    void aLaggingReplicaIsRepairedAndRecorded() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 4);
        workshop.update(id, G1, G2);

        replicator.start();

        assertThat(workshop.nextEnd()).isEqualTo("1 COMPLETED");
        assertThat(workshop.transport.nextCall()).isEqualTo("gitaly-1 > gitaly-2");
        assertThat(workshop.generation(id, G2)).isEqualTo(5);
        assertThat(workshop.data.jobs()).isEmpty();
        assertThat(workshop.meters.durations("gitaly_praefect_replication_delay", "type", "update"))
                .hasSize(1);
        assertThat(workshop.meters.durations("gitaly_praefect_replication_latency", "type", "update"))
                .hasSize(1);
        assertThat(running()).isZero();
    }

    @Test
    void aJobUnderWayIsCounted() throws InterruptedException {
        workshop.transport.hold(G2);
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);

        replicator.start();
        workshop.transport.nextCall();

        assertThat(running()).isEqualTo(1);
    }

    @Test
    void whoeverIsWokenFollowsAtOnce() throws InterruptedException {
        replicator.start();
        workshop.awaitIdle();
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);

        replicator.wake(node(G2));

        assertThat(workshop.nextEnd()).isEqualTo("1 COMPLETED");
        assertThat(workshop.clock.nanos()).isZero();
    }

    @Test
    void withoutAWordTheQueueIsLookedAtWithinSeconds() throws InterruptedException {
        replicator.start();
        workshop.awaitIdle();
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);

        assertThat(workshop.nextEndWithin(POLL)).isEqualTo("1 COMPLETED");
    }

    @Test
    void thePrimaryItselfIsRepairedToo() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 4, 5), G2, G1);

        replicator.start();

        assertThat(workshop.nextEnd()).isEqualTo("1 COMPLETED");
    }

    @Test
    void jobsOfANodeThatIsNotReachedStayInTheQueueUntilItIsBack() throws InterruptedException {
        workshop.reached.remove(node(G2));
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.update(workshop.repository("b.git", 5, 5, 4), G1, G3);
        replicator.start();

        assertThat(workshop.nextEnd()).isEqualTo("2 COMPLETED");
        assertThat(workshop.data.jobs()).extracting("state").containsExactly(State.WAITING);

        workshop.reached.add(node(G2));
        replicator.wake(node(G2));

        assertThat(workshop.nextEnd()).isEqualTo("1 COMPLETED");
    }

    @Test
    void aJobThatFailsIsTriedThreeTimesWithARestAndThenForgotten() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        for (int i = 0; i < 3; i++) {
            failNextCopy();
        }
        replicator.start();

        assertThat(workshop.nextEnd()).isEqualTo("1 FAILED");
        long first = workshop.clock.nanos();
        assertThat(workshop.nextEndWithin(Duration.ofSeconds(40))).isEqualTo("1 FAILED");
        assertThat(workshop.clock.nanos() - first).isGreaterThanOrEqualTo(Duration.ofSeconds(30).toNanos());
        assertThat(workshop.nextEndWithin(Duration.ofSeconds(40))).isEqualTo("1 FAILED");
        assertThat(workshop.data.jobs()).isEmpty();
    }

    @Test
    void jobsThatAlwaysFailDoNotStarveOthers() throws InterruptedException {
        for (int i = 0; i < 10; i++) { // a whole batch
            failNextCopy();
            workshop.update(workshop.repository("bad-" + i + ".git", 5, 4), G1, G2);
        }
        workshop.update(workshop.repository("good.git", 5, 4), G1, G2);
        replicator.start();

        for (int i = 1; i <= 10; i++) {
            assertThat(workshop.nextEnd()).isEqualTo(i + " FAILED");
        }
        assertThat(workshop.nextEndWithin(POLL)).isEqualTo("11 COMPLETED");
    }

    @Test
    void aJobOfARepositoryThatIsGoneIsDroppedOnce() throws InterruptedException {
        workshop.add(new RepositoryId(99), JobChange.DELETE_REPLICA, Optional.empty(), G2);
        replicator.start();

        assertThat(workshop.nextEnd()).isEqualTo("1 DROPPED");
        assertThat(workshop.data.jobs()).isEmpty();
        assertThat(workshop.transport.wasCalled()).isFalse();
    }

    @Test
    void aJobWithoutAReachableSourceRestsAndKeepsItsAttempts() throws InterruptedException {
        workshop.reached.remove(node(G1));
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        replicator.start();

        for (int i = 0; i < 4; i++) { // more often than there are attempts
            assertThat(workshop.nextEndWithin(Duration.ofSeconds(40))).isEqualTo("1 HANDED_BACK");
        }
        workshop.reached.add(node(G1));

        String end = workshop.nextEndWithin(Duration.ofSeconds(40));
        if (end.equals("1 HANDED_BACK")) { // it was resting still
            end = workshop.nextEndWithin(Duration.ofSeconds(40));
        }
        assertThat(end).isEqualTo("1 COMPLETED");
    }

    @Test
    void othersAreDoneWhileAJobRests() throws InterruptedException {
        var behind = workshop.repository("a.git", 4, 3, 5);
        workshop.reached.remove(node(G3));
        workshop.update(behind, G3, G2);
        workshop.update(workshop.repository("b.git", 5, 4), G1, G2);
        replicator.start();

        assertThat(workshop.nextEnd()).isEqualTo("2 COMPLETED");
    }

    @Test
    void whatKeptOneRepositoryFromBeingRepairedIsOverAndTheJobsOfOthersRestOn() throws InterruptedException {
        workshop.reached.remove(node(G1));
        var one = workshop.repository("a.git", 5, 4);
        var other = workshop.repository("b.git", 5, 4);
        workshop.update(other, G1, G2);
        workshop.update(one, G1, G2);
        replicator.start();
        workshop.settle();
        workshop.reached.add(node(G1));

        replicator.retry(node(G2), one);

        assertThat(workshop.nextEnd()).isEqualTo("2 HANDED_BACK");
        assertThat(workshop.nextEnd()).isEqualTo("2 COMPLETED");
        assertThat(workshop.clock.nanos()).isZero();
        workshop.pass(Duration.ofSeconds(30).plus(POLL));
        assertThat(workshop.datastore.ends).containsExactly("1 HANDED_BACK", "1 COMPLETED");
    }

    @Test
    void severalWorkersOfOneNodeWorkAtOnce() throws InterruptedException {
        replicator = workshop.replicator(2);
        workshop.transport.hold(G2);
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.update(workshop.repository("b.git", 5, 4), G1, G2);
        replicator.start();

        workshop.transport.nextCall();
        workshop.transport.nextCall();

        assertThat(running()).isEqualTo(2);
    }

    @Test
    void aNodeThatHangsDelaysNoOther() throws InterruptedException {
        workshop.transport.hold(G2);
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.update(workshop.repository("b.git", 5, 5, 4), G1, G3);
        replicator.start();

        assertThat(workshop.nextEnd()).isEqualTo("2 COMPLETED");
        assertThat(running()).isEqualTo(1);
    }

    @Test
    void aCopyBeyondItsLimitIsInterruptedAndTheNextOneIsDone() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.update(workshop.repository("b.git", 5, 4), G1, G2);
        workshop.transport.hold(G2);
        replicator.start();
        workshop.transport.nextCall();
        workshop.awaitIdle(); // the alarm of the copy instead of its worker

        workshop.clock.advance(Duration.ofHours(6));

        assertThat(workshop.nextEnd()).isEqualTo("1 FAILED");
        workshop.transport.release();
        assertThat(workshop.nextEnd()).isEqualTo("2 COMPLETED");
    }

    @Test
    void workersSayThatTheyLiveWhateverTheBatchDoesAndAlsoAfterAFailure() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.update(workshop.repository("b.git", 5, 4), G1, G2);
        workshop.transport.hold(G2);
        replicator.start();
        workshop.transport.nextCall();

        workshop.faults.fail(Operation.KEEP_JOBS, Fault.UNCHANGED);

        for (int i = 0; i < 3; i++) {
            assertThat(workshop.nextWithin(workshop.datastore.beats, POLL)).containsExactly(1L, 2L);
        }
    }

    @Test
    void jobsOfWorkersThatDiedAreFreedAndDone() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 4);
        workshop.update(id, G1, G2);
        var other = workshop.data.join().replicationJobs();
        assertThat(other.take(new JobRequest(node(G2), 1, Duration.ofSeconds(30))))
                .hasSize(1); // by a proxy that dies
        replicator.start();

        assertThat(workshop.nextWithin(workshop.datastore.sweeps, Duration.ofSeconds(10)))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(workshop.nextEndWithin(Duration.ofSeconds(45))).isEqualTo("1 COMPLETED");
    }

    @Test
    void atTheEndWhatRunsIsFinishedAndWhatHasNotBegunIsHandedBack() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.update(workshop.repository("b.git", 5, 4), G1, G2);
        workshop.transport.hold(G2);
        replicator.start();
        workshop.transport.nextCall();
        var stopper = Thread.startVirtualThread(this::stopAndIgnoreInterruptions);
        workshop.awaitEndOf("repair of default/gitaly-1 0"); // idle workers end at once

        workshop.transport.release();
        stopper.join();

        assertThat(workshop.nextEnd()).isEqualTo("1 COMPLETED");
        assertThat(workshop.nextEnd()).isEqualTo("2 HANDED_BACK");
        assertThat(workshop.data.jobs()).extracting("attemptsLeft").containsExactly(3);
    }

    @Test
    void atTheEndWhatHangsIsInterruptedAndHandedBack() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.transport.hold(G2);
        replicator.start();
        workshop.transport.nextCall();
        var stopper = Thread.startVirtualThread(this::stopAndIgnoreInterruptions);
        workshop.awaitEndOf("repair of default/gitaly-1 0");
        workshop.awaitEndOf("repair of default/gitaly-3 0");
        workshop.clock.awaitWaiters(4); // the alarm of the copy, the heartbeat, the sweep, the stopper

        workshop.clock.advance(LIMIT.multipliedBy(3).dividedBy(4));

        assertThat(workshop.nextEnd()).isEqualTo("1 HANDED_BACK");
        stopper.join();
        assertThat(workshop.data.jobs()).extracting("attemptsLeft").containsExactly(3);
    }

    @Test
    void aNodeThatIsNotKnownIsNotWoken() {
        replicator.wake(NodeId.of("other", "gitaly-1"));
    }

    private void failNextCopy() {
        workshop.transport.next(G2, task -> {
            throw new NodeCallException(task.target(), 13, "broken");
        });
    }

    private double running() {
        return workshop.meters.gauge(
                "gitaly_praefect_replication_jobs",
                "virtual_storage",
                "default",
                "gitaly_storage",
                "gitaly-2",
                "change_type",
                "update");
    }

    private void stopAndIgnoreInterruptions() {
        try {
            replicator.stop(LIMIT);
        } catch (InterruptedException _) {
            // the test ends
        }
    }
}
