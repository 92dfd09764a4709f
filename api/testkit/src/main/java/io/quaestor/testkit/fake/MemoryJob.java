package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.ReplicationJob;
import java.time.Instant;

/// A row of [MemoryTables].
final class MemoryJob {

    private static final int ATTEMPTS = 3; // DS 1.3

    final long id;
    final NewJob job;
    final Instant createdAt;
    StoredJob.State state = StoredJob.State.WAITING;
    int attemptsLeft = ATTEMPTS;

    /// When it was taken or given back.
    Instant changedAt;

    /// When its worker last said that it lives.
    Instant keptAt;

    /// The newest job of all at the time it was taken: what came later is not done by it.
    long newestWhenTaken;

    MemoryJob(long id, NewJob job, Instant createdAt) {
        this.id = id;
        this.job = job;
        this.createdAt = createdAt;
        this.changedAt = createdAt;
        this.keptAt = createdAt;
    }

    boolean deletes() {
        return job.change() == JobChange.DELETE_REPLICA;
    }

    boolean isTaken() {
        return state == StoredJob.State.TAKEN;
    }

    /// Whether that worker still has it.
    boolean isHeldAs(ReplicationJob taken) {
        return isTaken() && id == taken.id() && changedAt.equals(taken.takenAt());
    }

    /// Whether two jobs can run only one after the other.
    boolean sharesTargetWith(MemoryJob other) {
        return job.key().equals(other.job.key()) && job.target().equals(other.job.target());
    }

    boolean equalsInWork(NewJob other) {
        return job.key().equals(other.key())
                && job.target().equals(other.target())
                && job.change() == other.change();
    }

    ReplicationJob taken() {
        return new ReplicationJob(id, job, attemptsLeft, createdAt, changedAt);
    }
}
