package io.quaestor.repair;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.WriteTurns;
import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.NodeHealth;
import io.quaestor.spi.datastore.Placements;
import io.quaestor.spi.datastore.Primaries;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.datastore.ReplicationJobs;
import io.quaestor.spi.datastore.Repositories;
import io.quaestor.spi.datastore.Schema;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Tells a test what happens to jobs.
final class WatchedDatastore implements Datastore, ReplicationJobs {

    /// Each job that was given back, as in `1 COMPLETED`.
    final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    /// The numbers of each batch of jobs that were kept.
    final BlockingQueue<List<Long>> beats = new LinkedBlockingQueue<>();

    /// The silence after which jobs were freed.
    final BlockingQueue<Duration> sweeps = new LinkedBlockingQueue<>();

    /// Who is reachable, each time missing jobs were added.
    final BlockingQueue<Map<VirtualStorage, Set<StorageName>>> reconciliations = new LinkedBlockingQueue<>();

    private final Datastore datastore;

    WatchedDatastore(Datastore datastore) {
        this.datastore = datastore;
    }

    @Override
    public Optional<Intents> intents() {
        return datastore.intents();
    }

    @Override
    public Optional<WriteTurns> turns() {
        return datastore.turns();
    }

    @Override
    public boolean add(NewJob job) throws InterruptedException {
        return datastore.replicationJobs().add(job);
    }

    @Override
    public List<ReplicationJob> take(JobRequest request) throws InterruptedException {
        return datastore.replicationJobs().take(request);
    }

    @Override
    public void keep(Collection<ReplicationJob> jobs) throws InterruptedException {
        try {
            datastore.replicationJobs().keep(jobs);
        } finally {
            beats.add(jobs.stream().map(ReplicationJob::id).toList());
        }
    }

    @Override
    public void end(ReplicationJob job, JobOutcome outcome) throws InterruptedException {
        datastore.replicationJobs().end(job, outcome);
        ends.add(job.id() + " " + outcome);
    }

    @Override
    public int releaseStale(Duration silentFor) throws InterruptedException {
        try {
            return datastore.replicationJobs().releaseStale(silentFor);
        } finally {
            sweeps.add(silentFor);
        }
    }

    @Override
    public List<NewJob> addMissing(Map<VirtualStorage, Set<StorageName>> reachable) throws InterruptedException {
        try {
            return datastore.replicationJobs().addMissing(reachable);
        } finally {
            reconciliations.add(reachable);
        }
    }

    @Override
    public ReplicationJobs replicationJobs() {
        return this;
    }

    @Override
    public void start() throws InterruptedException {
        datastore.start();
    }

    @Override
    public Repositories repositories() {
        return datastore.repositories();
    }

    @Override
    public Placements placements() {
        return datastore.placements();
    }

    @Override
    public Primaries primaries() {
        return datastore.primaries();
    }

    @Override
    public NodeHealth nodeHealth() {
        return datastore.nodeHealth();
    }

    @Override
    public Schema schema() {
        return datastore.schema();
    }

    @Override
    public void close() {
        datastore.close();
    }
}
