package io.quaestor.repair;

import static io.quaestor.repair.Workshop.G1;
import static io.quaestor.repair.Workshop.G2;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.ReplicationResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What becomes of a copy whose repository is removed meanwhile: nobody would ever look for its files.
@Timeout(15)
class OrphanedCopiesTest {

    private final Workshop workshop = new Workshop(0);
    private final SingleJobs jobs = new SingleJobs(workshop);

    @Test
    void aCopyIsTakenAwayIfTheRepositoryWasRemovedMeanwhile() throws InterruptedException {
        workshop.update(workshop.repository("a.git", 5), G1, G2);
        workshop.transport.next(G2, task -> {
            remove("a.git");
            throw new NodeCallException(task.target(), 5, "synchronizing gitconfig: repository not found");
        });

        assertThat(jobs.run(G2)).isEqualTo(new JobEnd.Done("the repository was removed meanwhile, and the copy with it"));
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
