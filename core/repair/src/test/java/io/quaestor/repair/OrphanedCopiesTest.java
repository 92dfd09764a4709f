package io.quaestor.repair;

import static io.quaestor.repair.Workshop.G1;
import static io.quaestor.repair.Workshop.G2;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.ReplicationResult;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What becomes of a copy whose repository is removed meanwhile: nobody would ever look for its files.
@Timeout(15)
class OrphanedCopiesTest {

    private static final JobEnd TAKEN_AWAY = new JobEnd.Done("the repository was removed meanwhile, and the copy with it");
    private static final Duration COPY_LIMIT = RepairSettings.DEFAULT.copyLimit();

    private final Workshop workshop = new Workshop(0);
    private final SingleJobs jobs = new SingleJobs(workshop);

    @Test
    void aCopyIsTakenAwayIfTheRepositoryWasRemovedMeanwhile() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5), G1, G2);
        workshop.transport.next(G2, task -> {
            remove("a.git");
            throw new NodeCallException(task.target(), 5, "synchronizing gitconfig: repository not found");
        });

        assertThat(jobs.run(G2)).isEqualTo(TAKEN_AWAY);
        assertThat(workshop.transport.nextCall()).isEqualTo("gitaly-1 > gitaly-2");
        assertThat(workshop.transport.nextCall()).isEqualTo("- gitaly-2");
    }

    @Test
    void aCopyThatEndsWellAfterTheRepositoryWasRemovedIsTakenAwayToo() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5), G1, G2);
        workshop.transport.next(G2, _ -> {
            remove("a.git");
            return new ReplicationResult.Copied();
        });

        assertThat(jobs.run(G2)).isInstanceOf(JobEnd.Done.class);
        assertThat(workshop.transport.nextCall()).isEqualTo("gitaly-1 > gitaly-2");
        assertThat(workshop.transport.nextCall()).isEqualTo("- gitaly-2");
    }

    @Test
    void aCopyBeyondItsLimitIsTakenAwayToo() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5), G1, G2);
        workshop.transport.hold(G2);
        var end = jobs.begin(G2);
        workshop.settle();
        remove("a.git");

        workshop.advance(COPY_LIMIT);
        workshop.settle();

        assertThat(end).containsExactly(TAKEN_AWAY);
        assertThat(workshop.transport.nextCall()).isEqualTo("gitaly-1 > gitaly-2");
        assertThat(workshop.transport.nextCall()).isEqualTo("- gitaly-2");
    }

    @Test
    void aCopyThatCouldNotBeRecordedIsTakenAwayToo() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5), G1, G2);
        workshop.transport.next(G2, _ -> {
            remove("a.git");
            for (int tries = 0; tries < 3; tries++) {
                workshop.faults.fail(Operation.RECORD_COPY, Fault.UNCHANGED);
            }
            return new ReplicationResult.Copied();
        });

        assertThat(jobs.runWhileTimeGoesBy(G2)).isEqualTo(TAKEN_AWAY);
        assertThat(workshop.transport.nextCall()).isEqualTo("gitaly-1 > gitaly-2");
        assertThat(workshop.transport.nextCall()).isEqualTo("- gitaly-2");
    }

    @Test
    void aCopyThatFailsByADefectIsTakenAwayToo() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5), G1, G2);
        workshop.transport.next(G2, _ -> {
            remove("a.git");
            throw new NoClassDefFoundError("defect");
        });

        assertThat(jobs.run(G2)).isEqualTo(TAKEN_AWAY);
        assertThat(workshop.transport.nextCall()).isEqualTo("gitaly-1 > gitaly-2");
        assertThat(workshop.transport.nextCall()).isEqualTo("- gitaly-2");
    }

    @Test
    void whetherTheRepositoryWasRemovedIsAskedAgainWhenTheDatastoreStumbles() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5), G1, G2);
        workshop.transport.next(G2, task -> {
            remove("a.git");
            workshop.faults.fail(Operation.FIND, Fault.UNCHANGED);
            workshop.faults.fail(Operation.FIND, Fault.UNCHANGED);
            throw new NodeCallException(task.target(), 5, "repository not found");
        });

        assertThat(jobs.runWhileTimeGoesBy(G2)).isEqualTo(TAKEN_AWAY);
    }

    @Test
    void aCopyIsLeftAloneWhileNobodyKnowsWhetherTheRepositoryWasRemoved() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5), G1, G2);
        workshop.transport.next(G2, _ -> {
            workshop.faults.beginOutage(Fault.UNCHANGED);
            return new ReplicationResult.Copied();
        });

        assertThat(jobs.runWhileTimeGoesBy(G2))
                .isEqualTo(new JobEnd.NotNow("the datastore is not reached: planned fault in RECORD_COPY"));
        assertThat(workshop.transport.nextCall()).isEqualTo("gitaly-1 > gitaly-2");
        assertThat(workshop.transport.wasCalled()).isFalse();
    }

    @Test
    void aCopyBeyondItsLimitFailsThoughNobodyKnowsWhetherTheRepositoryWasRemoved() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5), G1, G2);
        workshop.transport.hold(G2);
        var end = jobs.begin(G2);
        workshop.settle();
        workshop.faults.beginOutage(Fault.UNCHANGED);

        workshop.advance(COPY_LIMIT);
        workshop.advance(Duration.ofSeconds(1));
        workshop.advance(Duration.ofSeconds(1));
        workshop.settle();

        assertThat(end).singleElement().isInstanceOf(JobEnd.Failed.class);
    }

    @Test
    void aReplicaThatWasThereBeforeTheCopyIsLeftToWhoRemovedTheRepository() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.transport.next(G2, task -> {
            remove("a.git");
            throw new NodeCallException(task.target(), 5, "repository not found");
        });

        assertThat(jobs.run(G2)).isInstanceOf(JobEnd.Failed.class);
        assertThat(workshop.transport.nextCall()).isEqualTo("gitaly-1 > gitaly-2");
        assertThat(workshop.transport.wasCalled()).isFalse();
    }

    private void remove(String path) throws InterruptedException {
        assertThat(workshop.data.repositories().remove(new RepositoryKey(Stories.DEFAULT, path))).isPresent();
    }
}
