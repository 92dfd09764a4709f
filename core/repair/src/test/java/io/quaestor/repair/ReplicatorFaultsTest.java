package io.quaestor.repair;

import static io.quaestor.repair.Workshop.G1;
import static io.quaestor.repair.Workshop.G2;
import static io.quaestor.repair.Workshop.G3;
import static io.quaestor.repair.Workshop.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The replicator outlives outages and defects of the datastore and of the transport, and does its jobs afterwards.
@Timeout(15)
class ReplicatorFaultsTest {

    private static final Duration POLL = Duration.ofSeconds(15); // three times the longest pause

    private final Workshop workshop = new Workshop(5); // a worker for each node, the heartbeat, the sweep
    private final Replicator replicator = workshop.replicator(1);

    @AfterEach
    void stop() throws InterruptedException {
        workshop.transport.release();
        workshop.faults.endOutage();
        assertThat(replicator.stop(LIMIT)).isTrue();
    }

    @Test
    void anOutageOfTheDatastoreIsWaitedFor() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.faults.beginOutage(Fault.UNCHANGED);
        replicator.start();
        workshop.awaitIdle();
        workshop.clock.advance(Duration.ofSeconds(1));
        workshop.awaitIdle();

        assertThat(workshop.faults.calls(Operation.TAKE_JOBS)).as("two looks of three nodes").isLessThanOrEqualTo(6);

        workshop.faults.endOutage();

        assertThat(workshop.nextEndWithin(POLL)).isEqualTo("1 COMPLETED");
    }

    @Test
    void aJobThatCouldNotBeGivenBackIsGivenBackSomewhatLater() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.faults.fail(Operation.END_JOB, Fault.UNCHANGED);
        replicator.start();

        assertThat(workshop.nextEndWithin(POLL)).isEqualTo("1 COMPLETED");
        assertThat(workshop.data.jobs()).isEmpty();
    }

    @Test
    void aWorkerOutlivesADefectOfTheTransport() throws InterruptedException {
        workshop.transport.next(G2, _ -> {
            throw new StackOverflowError();
        });
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.update(workshop.repository("b.git", 5, 4), G1, G2);
        replicator.start();

        assertThat(workshop.nextEnd()).isEqualTo("1 FAILED");
        assertThat(workshop.nextEnd()).isEqualTo("2 COMPLETED");
    }

    @Test
    void aWorkerOutlivesADefectOfTheDatastore() throws InterruptedException {
        workshop.faults.breakNext(Operation.TAKE_JOBS); // of any of the three
        workshop.faults.breakNext(Operation.END_JOB);
        workshop.update(workshop.repository("a.git", 5, 4, 4), G1, G2);
        workshop.update(workshop.repository("b.git", 4, 5, 4), G2, G1);
        workshop.update(workshop.repository("c.git", 5, 4, 4), G1, G3);
        replicator.start();

        workshop.pass(POLL);

        assertThat(workshop.datastore.ends).containsExactlyInAnyOrder("1 COMPLETED", "2 COMPLETED", "3 COMPLETED");
    }

    @ParameterizedTest
    @EnumSource(value = Operation.class, names = {"KEEP_JOBS", "RELEASE_STALE"})
    void theHeartbeatAndTheSweepOutliveADefectOfTheDatastore(Operation operation) throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5, 4), G1, G2);
        workshop.transport.hold(G2);
        workshop.faults.breakNext(operation);
        replicator.start();

        workshop.pass(POLL);

        assertThat(workshop.faults.calls(operation)).isEqualTo(3); // every five seconds
    }
}
