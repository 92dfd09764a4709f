package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.datastore.ReplicationJobs;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The queue that is shared with Praefects (DS 3, DS 11.4).
final class PostgresReplicationJobs implements ReplicationJobs {

    /// Waits for whoever holds the row, so that of two who add the same job the second sees the first one's.
    private static final String LOCK = """
            INSERT INTO replication_queue_lock AS l (id) VALUES (?)
            ON CONFLICT (id) DO UPDATE SET id = l.id
            """;

    private final Database database;
    private final JobTaking taking;
    private final JobEnding ending;
    private final StaleJobs stale;
    private final MissingJobs missing;

    PostgresReplicationJobs(Database database, MissingJobs missing) {
        this.database = database;
        this.taking = new JobTaking(database);
        this.ending = new JobEnding(database);
        this.stale = new StaleJobs(database);
        this.missing = missing;
    }

    @Override
    public boolean add(NewJob job) throws InterruptedException {
        return database.write("add a job for " + job.key(), connection -> {
            Query.of(connection, LOCK, JobRows.lock(job)).update();
            boolean added = !JobRows.insert(connection, List.of(job)).isEmpty();
            if (added && job.change() == JobChange.DELETE_REPLICA) {
                Notices.changed(connection, job.key());
            }
            return added;
        });
    }

    @Override
    public List<ReplicationJob> take(JobRequest request) throws InterruptedException {
        return taking.take(request);
    }

    @Override
    public void keep(Collection<ReplicationJob> jobs) throws InterruptedException {
        ending.keep(jobs);
    }

    @Override
    public void end(ReplicationJob job, JobOutcome outcome) throws InterruptedException {
        ending.end(job, outcome);
    }

    @Override
    public int releaseStale(Duration silentFor) throws InterruptedException {
        return stale.release(silentFor);
    }

    @Override
    public List<NewJob> addMissing(Map<VirtualStorage, Set<StorageName>> reachable) throws InterruptedException {
        return missing.add(reachable);
    }
}
