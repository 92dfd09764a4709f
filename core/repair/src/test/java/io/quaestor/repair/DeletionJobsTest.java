package io.quaestor.repair;

import static io.quaestor.repair.Workshop.G1;
import static io.quaestor.repair.Workshop.G2;
import static io.quaestor.repair.Workshop.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.RepositoryId;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a job comes to that deletes a superfluous replica (RT 6.4, 10.7; P5).
@Timeout(15)
class DeletionJobsTest {

    private final Workshop workshop = new Workshop(0);
    private final SingleJobs jobs = new SingleJobs(workshop);

    @Test
    void aDeletionThatWasBegunIsFinishedThoughTheReplicaIsWantedAgain() throws InterruptedException {
        var id = superfluous();
        workshop.says.put(G2, false);
        workshop.data.assign(id, G1, G2);

        assertThat(jobs.run(G2)).isEqualTo(new JobEnd.Done("removed by an earlier try"));
        assertThat(workshop.generation(id, G2)).as("nobody reads there").isEqualTo(-1);
        assertThat(workshop.generation(id, G1)).isEqualTo(5);
    }

    @Test
    void aDeletionThatMayHaveBegunIsNotDroppedWhileItsNodeIsSilent() throws InterruptedException {
        var id = superfluous();
        workshop.says.remove(G2);
        workshop.data.assign(id, G1, G2);

        assertThat(jobs.run(G2)).isInstanceOf(JobEnd.NotNow.class);
        assertThat(workshop.generation(id, G2)).isEqualTo(5);
    }

    @Test
    void aDeletionRemovesTheFilesFirstAndThenTheRecord() throws InterruptedException {
        var id = superfluous();

        assertThat(jobs.run(G2)).isEqualTo(new JobEnd.Done("removed"));
        assertThat(workshop.transport.nextCall()).isEqualTo("- gitaly-2");
        assertThat(workshop.generation(id, G2)).isEqualTo(-1);
        assertThat(workshop.generation(id, G1)).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = {"UNCHANGED", "IN_DOUBT_BEFORE", "IN_DOUBT_AFTER"})
    void noReadGoesToFilesThatAreGoneThoughTheDatastoreStumbles(Fault fault) throws InterruptedException {
        var id = superfluous();
        workshop.faults.fail(Operation.REMOVE_REPLICA, fault);
        workshop.faults.fail(Operation.REMOVE_REPLICA, fault);

        assertThat(jobs.runWhileTimeGoesBy(G2)).isEqualTo(new JobEnd.Done("removed"));
        assertThat(workshop.generation(id, G2)).isEqualTo(-1);
        assertThat(workshop.transport.nextCall()).isEqualTo("- gitaly-2");
        assertThat(workshop.transport.wasCalled()).as("again").isFalse();
    }

    @Test
    void whatAnEarlierTryHasRemovedLosesItsRecordThoughTheDatastoreStumbles() throws InterruptedException {
        var id = superfluous();
        workshop.says.put(G2, false);
        workshop.data.assign(id, G1, G2);
        workshop.faults.fail(Operation.REMOVE_REPLICA, Fault.UNCHANGED);

        assertThat(jobs.runWhileTimeGoesBy(G2)).isEqualTo(new JobEnd.Done("removed by an earlier try"));
        assertThat(workshop.generation(id, G2)).isEqualTo(-1);
    }

    @Test
    void aDeletionIsNotDoneBeforeTheDatastoreKnowsOfIt() throws InterruptedException {
        var id = superfluous();
        for (int tries = 0; tries < 3; tries++) {
            workshop.faults.fail(Operation.REMOVE_REPLICA, Fault.UNCHANGED);
        }

        assertThat(jobs.runWhileTimeGoesBy(G2)).isInstanceOf(JobEnd.NotNow.class);
        assertThat(workshop.generation(id, G2)).isEqualTo(5);
    }

    @Test
    void aReplicaWhoseFilesMayBeThereKeepsItsRecord() throws InterruptedException {
        var id = superfluous();
        workshop.transport.failRemovals(true);

        assertThat(jobs.run(G2)).isInstanceOf(JobEnd.Failed.class);
        assertThat(workshop.generation(id, G2)).isEqualTo(5);
    }

    @Test
    void aReplicaThatIsAssignedAgainIsNotDeleted() throws InterruptedException {
        var id = superfluous();
        workshop.data.assign(id, G1, G2);

        assertThat(jobs.run(G2)).isEqualTo(new JobEnd.Dropped("the repository is assigned there"));
        assertThat(workshop.transport.wasCalled()).isFalse();
    }

    @Test
    void nothingIsDeletedWhileNoOtherNodeConfirmsThatItHasACopy() throws InterruptedException {
        var id = superfluous();
        workshop.says.put(G1, false); // a disk that is not mounted

        assertThat(jobs.run(G2)).isEqualTo(new JobEnd.Dropped("no other node confirms that it has the repository"));

        workshop.says.remove(G1);
        workshop.delete(id, G2);

        assertThat(jobs.run(G2)).isInstanceOf(JobEnd.Dropped.class);
        assertThat(workshop.transport.wasCalled()).isFalse();
        assertThat(workshop.generation(id, G2)).isEqualTo(5);
    }

    @Test
    void nothingIsDeletedWhileTheOtherCopyIsNotReached() throws InterruptedException {
        superfluous();
        workshop.reached.remove(node(G1));

        assertThat(jobs.run(G2)).isInstanceOf(JobEnd.Dropped.class);
        assertThat(workshop.transport.wasCalled()).isFalse();
    }

    /// A repository on two nodes that belongs on one, and a job to delete it from the other.
    private RepositoryId superfluous() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5);
        workshop.data.assign(id, G1);
        workshop.delete(id, G2);
        return id;
    }
}
