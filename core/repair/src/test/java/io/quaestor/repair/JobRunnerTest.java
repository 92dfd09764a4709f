package io.quaestor.repair;

import static io.quaestor.repair.SingleJobs.REST;
import static io.quaestor.repair.Workshop.G1;
import static io.quaestor.repair.Workshop.G2;
import static io.quaestor.repair.Workshop.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.CopyRecord;
import io.quaestor.spi.datastore.CopyResult;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.ReplicationResult;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What one job comes to (RT 6.4, 10.7).
@Timeout(15)
class JobRunnerTest {

    private final Workshop workshop = new Workshop(0);
    private final SingleJobs jobs = new SingleJobs(workshop);
    private final JobRunner runner = jobs.runner;

    @Test
    void aReplicaThatIsUpToDateIsLeftAlone() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 5), G1, G2);

        assertThat(run()).isEqualTo(new JobEnd.Done("the target has generation 5 already"));
        assertThat(workshop.transport.wasCalled()).isFalse();
    }

    @Test
    void aReplicaIsNeverTakenBack() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 4, 5), G1, G2);

        assertThat(run()).isInstanceOf(JobEnd.Done.class);
        assertThat(workshop.transport.wasCalled()).isFalse();
    }

    @Test
    void aKindThatIsNotKnownIsDropped() throws InterruptedException {
        workshop.add(workshop.repository("a.git", 5, 4), JobChange.OTHER, Optional.of(G1), G2);

        assertThat(run()).isInstanceOf(JobEnd.Dropped.class);
    }

    @Test
    void anotherSourceHelpsOutForOneThatIsNotReached() throws InterruptedException {
        workshop.reached.remove(node(G1));
        workshop.update(workshop.repository("a.git", 5, 4, 5), G1, G2);

        assertThat(run()).isEqualTo(new JobEnd.Done("copied generation 5 from gitaly-3"));
    }

    @Test
    void aSourceThatDiesIsNotTheFaultOfTheJob() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.transport.next(G2, task -> {
            workshop.reached.remove(task.source());
            throw new NodeCallException(task.target(), 14, "connection refused");
        });

        assertThat(run()).isInstanceOf(JobEnd.NotNow.class);
    }

    @Test
    void aCopyThatFailsBetweenNodesThatAreWellFails() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.transport.next(G2, task -> {
            throw new NodeCallException(task.target(), 13, "broken");
        });

        assertThat(run())
                .isEqualTo(new JobEnd.Failed("call to default/gitaly-2 failed with status 13: broken"));
    }

    @Test
    void whatTheTransportPostponesIsNotDoneNow() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.transport.next(G2, _ -> new ReplicationResult.Postponed("the pool is not there yet"));

        assertThat(run()).isEqualTo(new JobEnd.NotNow("the pool is not there yet"));
    }

    @Test
    void aReplicaThatIsTwiceInTheWayOfItsRepairIsCopiedAnew() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 4);
        workshop.update(id, G1, G2);
        workshop.transport.next(G2, _ -> new ReplicationResult.TargetUnfit("refs/heads/main is locked"));
        workshop.transport.next(G2, _ -> new ReplicationResult.TargetUnfit("refs/heads/main is locked"));

        assertThat(run()).isEqualTo(new JobEnd.Failed("refs/heads/main is locked"));
        workshop.clock.advance(REST);
        assertThat(run()).isEqualTo(new JobEnd.HandedBack("the replica was removed, and is copied anew"));
        assertThat(workshop.generation(id, G2)).isEqualTo(-1);
        assertThat(run()).isEqualTo(new JobEnd.Done("copied generation 5 from gitaly-1"));

        assertThat(workshop.generation(id, G2)).isEqualTo(5);
        for (var call : List.of("gitaly-1 > gitaly-2", "gitaly-1 > gitaly-2", "- gitaly-2", "gitaly-1 > gitaly-2")) {
            assertThat(workshop.transport.nextCall()).isEqualTo(call);
        }
    }

    @Test
    void aReplicaThatIsToBeCopiedAnewLosesItsRecordThoughTheDatastoreStumbles() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 4);
        workshop.update(id, G1, G2);
        workshop.transport.next(G2, _ -> new ReplicationResult.TargetUnfit("locked"));
        workshop.transport.next(G2, _ -> new ReplicationResult.TargetUnfit("locked"));
        run();
        workshop.clock.advance(REST);
        workshop.faults.fail(Operation.REMOVE_REPLICA, Fault.UNCHANGED);

        assertThat(runWhileTimeGoesBy()).isInstanceOf(JobEnd.HandedBack.class);
        assertThat(workshop.generation(id, G2)).isEqualTo(-1);
    }

    @Test
    void aReplicaIsRemovedOnlyIfWhatIsInTheWayWasSeenTwice() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 4);
        workshop.update(id, G1, G2);
        workshop.transport.next(G2, task -> {
            throw new NodeCallException(task.target(), 13, "broken");
        });
        run();
        workshop.clock.advance(REST);
        workshop.transport.next(G2, _ -> new ReplicationResult.TargetUnfit("locked"));

        assertThat(run()).isEqualTo(new JobEnd.Failed("locked"));
        assertThat(workshop.generation(id, G2)).isEqualTo(4);
    }

    @Test
    void aReplicaThatIsUpToDateByNowIsNotRemoved() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 4);
        workshop.update(id, G1, G2);
        for (int tries = 0; tries < 3; tries++) {
            workshop.transport.next(G2, _ -> {
                workshop.data
                        .repositories()
                        .recordCopy(new CopyRecord(id, G2, new Generation(4), new Generation(5)));
                return new ReplicationResult.TargetUnfit("locked");
            });
        }

        assertThat(run()).isEqualTo(new JobEnd.Failed("locked"));
        assertThat(workshop.generation(id, G2)).isEqualTo(5);
    }

    @Test
    void ofOneNodeOnlyAFewReplicasAreRemovedInAWhile() throws InterruptedException {
        for (int i = 0; i <= Doubts.MOST; i++) {
            workshop.update(workshop.repository(i + ".git", 5, 4), G1, G2);
        }
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i <= Doubts.MOST; i++) {
                workshop.transport.next(G2, _ -> new ReplicationResult.TargetUnfit("the disk is read-only"));
                var end = run();
                boolean removed = round == 1 && i < Doubts.MOST;
                assertThat(end).isInstanceOf(removed ? JobEnd.HandedBack.class : JobEnd.Failed.class);
                if (removed) {
                    assertThat(run()).isInstanceOf(JobEnd.Done.class);
                }
            }
            workshop.clock.advance(REST);
        }
    }

    @Test
    void noReplicaIsRemovedWhoseSourceCannotBeAsked() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 4);
        workshop.update(id, G1, G2);
        workshop.says.remove(G1);
        for (int tries = 0; tries < 3; tries++) {
            workshop.transport.next(G2, _ -> new ReplicationResult.TargetUnfit("locked"));
            assertThat(run()).isEqualTo(new JobEnd.Failed("locked"));
            workshop.clock.advance(REST);
        }

        assertThat(workshop.generation(id, G2)).isEqualTo(4);
    }

    @Test
    void aCopyWaitsForTheRecordOfAWriteThatIsUnderWay() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 3);
        workshop.update(id, G1, G2);
        var write = write(id, Duration.ofHours(1));
        workshop.clock.schedule(Duration.ofSeconds(1), () -> withdraw(write));

        assertThat(runWhileTimeGoesBy()).isEqualTo(new JobEnd.Done("copied generation 5 from gitaly-1"));

        assertThat(workshop.clock.nanos()).isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(workshop.generation(id, G2)).isEqualTo(5);
    }

    @Test
    void aReplicaThatWasCopiedDuringALongWriteIsNotCalledUpToDate() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 3);
        workshop.update(id, G1, G2);
        write(id, Duration.ofHours(1));

        assertThat(runWhileTimeGoesBy()).isEqualTo(new JobEnd.HandedBack("the repository is being written to"));

        assertThat(workshop.generation(id, G2)).isEqualTo(3);
    }

    @Test
    void nothingIsCopiedNorDeletedWhileNobodyKnowsWhatADeadProxyHasWritten() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 3, 5);
        write(id, Duration.ofSeconds(1));
        workshop.clock.advance(Duration.ofSeconds(1));

        workshop.update(id, G1, G2);
        assertThat(run()).isInstanceOf(JobEnd.NotNow.class);
        workshop.delete(id, G2);
        assertThat(run()).isInstanceOf(JobEnd.NotNow.class);

        assertThat(workshop.transport.wasCalled()).isFalse();
    }

    @Test
    void aReplicaThatChangedDuringTheCopyIsNotCalledUpToDate() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 3);
        workshop.update(id, G1, G2);
        workshop.transport.next(G2, _ -> {
            assertThat(workshop.data
                            .repositories()
                            .recordCopy(new CopyRecord(id, G2, new Generation(3), new Generation(4))))
                    .isEqualTo(CopyResult.RECORDED);
            return new ReplicationResult.Copied();
        });

        assertThat(run()).isEqualTo(new JobEnd.Failed("the replica changed while it was copied"));
        assertThat(workshop.generation(id, G2)).isEqualTo(4);
    }

    @Test
    void aRecordInDoubtIsMadeSureOf() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 4);
        workshop.update(id, G1, G2);
        workshop.faults.fail(Operation.RECORD_COPY, Fault.IN_DOUBT_AFTER);

        assertThat(runWhileTimeGoesBy()).isInstanceOf(JobEnd.Done.class);
        assertThat(workshop.generation(id, G2)).isEqualTo(5);
    }

    @Test
    void aCopyIsNotInVainBecauseTheDatastoreStumbles() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 4);
        workshop.update(id, G1, G2);
        workshop.faults.fail(Operation.RECORD_COPY, Fault.UNCHANGED);

        assertThat(runWhileTimeGoesBy()).isInstanceOf(JobEnd.Done.class);
        assertThat(workshop.generation(id, G2)).isEqualTo(5);
    }

    @Test
    void withoutTheDatastoreNothingIsDone() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.faults.fail(Operation.FIND, Fault.UNCHANGED);

        assertThat(run()).isInstanceOf(JobEnd.NotNow.class);
        assertThat(workshop.transport.wasCalled()).isFalse();
    }

    @Test
    void theRecordOfTheLastCopyIsForgottenOnlyWhenItsNodeSaysTwiceThatItIsNotThere() throws InterruptedException {
        var id = workshop.repository("a.git", 5);
        workshop.says.put(G1, false);
        workshop.update(id, G1, G2);
        workshop.transport.next(G2, _ -> new ReplicationResult.SourceInvalid("invalid source repository"));
        workshop.transport.next(G2, _ -> new ReplicationResult.SourceInvalid("invalid source repository"));
        var job = take();

        assertThat(runner.run(job)).isInstanceOf(JobEnd.NotNow.class);
        assertThat(workshop.generation(id, G1)).isEqualTo(5);

        workshop.clock.advance(Doubts.BETWEEN_LOOKS);

        assertThat(runner.run(job)).isInstanceOf(JobEnd.Done.class);
        assertThat(workshop.data.placements().find(id)).isEmpty();
    }

    @Test
    void aSourceThatSaysItIsThereKeepsItsRecord() throws InterruptedException {
        var id = workshop.repository("a.git", 5, -1, 5);
        workshop.update(id, G1, G2);
        workshop.transport.next(G2, _ -> new ReplicationResult.SourceInvalid("invalid source repository"));

        assertThat(run()).isInstanceOf(JobEnd.Failed.class);
        assertThat(workshop.generation(id, G1)).isEqualTo(5);
    }

    @Test
    void aSourceThatCannotBeAskedKeepsItsRecord() throws InterruptedException {
        var id = workshop.repository("a.git", 5, -1, 5);
        workshop.says.remove(G1);
        workshop.update(id, G1, G2);
        workshop.transport.next(G2, _ -> new ReplicationResult.SourceInvalid("invalid source repository"));

        assertThat(run()).isInstanceOf(JobEnd.Failed.class);
        assertThat(workshop.generation(id, G1)).isEqualTo(5);
    }

    @Test
    void aMissingSourceAmongSeveralIsForgottenAndAnotherIsNext() throws InterruptedException {
        var id = workshop.repository("a.git", 5, -1, 5);
        workshop.says.put(G1, false);
        workshop.update(id, G1, G2);
        workshop.transport.next(G2, _ -> new ReplicationResult.SourceInvalid("invalid source repository"));
        var job = take();

        assertThat(runner.run(job)).isInstanceOf(JobEnd.NotNow.class);
        assertThat(workshop.generation(id, G1)).isEqualTo(-1);
        assertThat(runner.run(job)).isEqualTo(new JobEnd.Done("copied generation 5 from gitaly-3"));
    }

    /// A proxy begins to write.
    ///
    /// @param lease after which it is dead
    private IntentId write(RepositoryId id, Duration lease) throws InterruptedException {
        var intents = workshop.data.intents().orElseThrow();
        var life = intents.join(new ProxyIdentity("proxy", "host"), lease);
        var intent = IntentId.of(life, 1);
        var key = new RepositoryKey(Stories.DEFAULT, "a.git");
        intents.open(life, List.of(new NewIntent.Update(intent, id, key, new Generation(5), 1)));
        return intent;
    }

    private void withdraw(IntentId write) {
        try {
            workshop.data.intents().orElseThrow().withdraw(List.of(write));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private JobEnd run() throws InterruptedException {
        return jobs.run(G2);
    }

    private ReplicationJob take() throws InterruptedException {
        return jobs.take(G2);
    }

    private JobEnd runWhileTimeGoesBy() throws InterruptedException {
        return jobs.runWhileTimeGoesBy(G2);
    }
}
