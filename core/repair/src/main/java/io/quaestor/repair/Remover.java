package io.quaestor.repair;

import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.RemovalTask;
import io.quaestor.threads.Crew;
import io.quaestor.threads.TimeLimitException;
import java.time.Duration;

/// Removes replicas. Whether one may go is decided elsewhere.
///
/// **Threads:** virtual threads; may block.
final class Remover {

    private final RepairParts parts;
    private final Duration limit;
    private final Crew crew;
    private final DatastoreRetry retry;

    /// @param limit for the files of one replica
    Remover(RepairParts parts, Duration limit, Crew crew) {
        this.parts = parts;
        this.limit = limit;
        this.crew = crew;
        retry = new DatastoreRetry(parts);
    }

    /// Removes the replica that is the target of a job.
    ///
    /// Disk first, record second: a replica without a record would be forgotten for ever (RT 6.4).
    void replica(ReplicationJob job, ReplicaPath path)
            throws NodeCallException, TimeLimitException, InterruptedException {
        files(new RemovalTask(JobRunner.target(job), path, job.job().correlationId()));
        record(job);
    }

    /// Removes the record of a replica whose files are gone. Until then reads may be sent there.
    void record(ReplicationJob job) throws InterruptedException {
        retry.ask(datastore -> {
            datastore.repositories().removeReplica(job.job().repository(), job.job().target());
            return job;
        });
    }

    /// Removes files without a word to the datastore. Safe to repeat.
    void files(RemovalTask task) throws NodeCallException, TimeLimitException, InterruptedException {
        var transport = parts.transport().apply(task.node().virtualStorage());
        crew.within(limit, () -> {
            transport.remove(task, parts.nodes());
            return task;
        });
    }
}
