package io.quaestor.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.StorageName;
import io.quaestor.threads.Crew;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Does the jobs of a workshop one by one.
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
                new Crew(workshop.clock, workshop.parts().threads()));
    }

    /// Takes the only job for a node, does it on the thread of the test and gives it back.
    JobEnd run(StorageName target) throws InterruptedException {
        var job = take(target);
        assertThat(job.job().target()).isEqualTo(target);
        var end = runner.run(job);
        workshop.data.replicationJobs().end(job, end.outcome());
        return end;
    }

    /// Takes the only job for a node, and does it in a thread of its own, since it waits; time goes by until it has ended.
    JobEnd runWhileTimeGoesBy(StorageName target) throws InterruptedException {
        var end = begin(target);
        while (end.isEmpty()) {
            workshop.advance(Duration.ofMillis(500));
        }
        return end.remove();
    }

    /// Takes the only job for a node, and begins it in a thread of its own.
    ///
    /// @return gets its end
    Queue<JobEnd> begin(StorageName target) throws InterruptedException {
        var end = new ConcurrentLinkedQueue<JobEnd>();
        var job = take(target);
        workshop.parts()
                .threads()
                .newThread(() -> {
                    try {
                        end.add(runner.run(job));
                    } catch (InterruptedException _) {
                        // the test waits in vain
                    }
                })
                .start();
        return end;
    }

    /// Takes the only job for a node.
    ReplicationJob take(StorageName target) throws InterruptedException {
        var jobs = workshop.data.replicationJobs().take(new JobRequest(Workshop.node(target), 1, REST));
        assertThat(jobs).hasSize(1);
        return jobs.getFirst();
    }
}
