package io.quaestor.repair;

import static io.quaestor.repair.Workshop.G1;
import static io.quaestor.repair.Workshop.G2;
import static io.quaestor.repair.Workshop.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.RepositoryId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
