package io.quaestor.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.StorageName;
import io.quaestor.threads.Crew;
import java.time.Duration;

/// Does the jobs of a workshop one by one, on the thread of the test.
final class SingleJobs {

    /// How long a job rests after a try that failed.
    static final Duration REST = Duration.ofSeconds(30);

    final JobRunner runner;
    private final Workshop workshop;

    SingleJobs(Workshop workshop) {
        this.workshop = workshop;
        runner = new JobRunner(
                RepairSettings.DEFAULT,
                workshop.parts(),
                new Crew(workshop.clock, Thread.ofVirtual().factory()));
    }

    /// Takes the only job for a node, does it and gives it back.
    JobEnd run(StorageName target) throws InterruptedException {
        var job = take(target);
        assertThat(job.job().target()).isEqualTo(target);
        var end = runner.run(job);
        workshop.data.replicationJobs().end(job, end.outcome());
        return end;
    }

    /// Takes the only job for a node.
    ReplicationJob take(StorageName target) throws InterruptedException {
        var jobs = workshop.data.replicationJobs().take(new JobRequest(Workshop.node(target), 1, REST));
        assertThat(jobs).hasSize(1);
        return jobs.getFirst();
    }
}
