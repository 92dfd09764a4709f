package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.datastore.ReplicationJobs;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class MemoryReplicationJobs implements ReplicationJobs {

    private final MemorySession session;
    private final MemoryTables tables;

    MemoryReplicationJobs(MemorySession session) {
        this.session = session;
        this.tables = session.tables();
    }

    @Override
    public boolean add(NewJob job) throws InterruptedException {
        return session.run(() -> add(tables, job));
    }

    /// Jobs that failed or are under way are no duplicates (DS 3.3); of live deletions there is one for each path (DS
    /// 1.3).
    static boolean add(MemoryTables tables, NewJob job) {
        boolean deletion = job.change() == JobChange.DELETE_REPLICA;
        for (MemoryJob other : tables.jobs.values()) {
            if (waitsLike(other, job) || (deletion && other.deletes() && other.job.key().equals(job.key()))) {
                return false;
            }
        }
        long id = ++tables.lastJob;
        tables.jobs.put(id, new MemoryJob(id, job, tables.clock.now()));
        if (deletion) {
            tables.touch(job.key()); // its replica is leaving
        }
        return true;
    }

    private static boolean waitsLike(MemoryJob other, NewJob job) {
        return other.state == StoredJob.State.WAITING && other.equalsInWork(job);
    }

    @Override
    public List<ReplicationJob> take(JobRequest request) throws InterruptedException {
        return session.run(() -> {
            var taken = new ArrayList<ReplicationJob>();
            for (MemoryJob job : List.copyOf(tables.jobs.values())) {
                if (taken.size() < request.count() && isDue(job, request) && isFree(job)) {
                    job.state = StoredJob.State.TAKEN;
                    job.attemptsLeft -= job.deletes() ? 0 : 1;
                    job.changedAt = tables.uniqueTime();
                    job.keptAt = tables.clock.now();
                    job.newestWhenTaken = tables.lastJob;
                    taken.add(job.taken());
                }
            }
            return List.copyOf(taken);
        });
    }

    private boolean isDue(MemoryJob job, JobRequest request) {
        var target = new NodeId(job.job.key().virtualStorage(), job.job.target());
        if (job.isTaken() || !target.equals(request.target())) {
            return false;
        }
        boolean rests = job.state == StoredJob.State.FAILED
                && tables.clock.now().isBefore(job.changedAt.plus(request.retryAfter()));
        return !rests;
    }

    private boolean isFree(MemoryJob job) {
        return tables.jobs.values().stream().noneMatch(other -> other.isTaken() && other.sharesTargetWith(job));
    }

    @Override
    public void keep(Collection<ReplicationJob> kept) throws InterruptedException {
        session.run(() -> {
            for (ReplicationJob job : kept) {
                MemoryJob row = tables.jobs.get(job.id());
                if (row != null && row.isHeldAs(job)) {
                    row.keptAt = tables.clock.now();
                }
            }
            return 0;
        });
    }

    @Override
    public void end(ReplicationJob job, JobOutcome outcome) throws InterruptedException {
        session.run(() -> {
            MemoryJob row = tables.jobs.get(job.id());
            if (row != null && row.isHeldAs(job)) {
                end(row, outcome);
            }
            return 0;
        });
    }

    private void end(MemoryJob row, JobOutcome outcome) {
        switch (outcome) {
            case COMPLETED -> completed(row);
            case FAILED -> failed(row, tables.clock.now());
            case HANDED_BACK -> handedBack(row);
            case DROPPED -> forget(row);
        }
    }

    private void completed(MemoryJob row) {
        if (row.deletes() || !isOutdated(row)) {
            forget(row);
            tables.jobs.values().removeIf(other -> isDoneBy(other, row));
        } else if (tables.jobs.values().stream().anyMatch(other -> waitsLike(other, row.job))) {
            forget(row);
        } else {
            handedBack(row);
        }
    }

    private static void handedBack(MemoryJob row) {
        row.state = StoredJob.State.WAITING;
        row.attemptsLeft += row.deletes() ? 0 : 1;
    }

    /// Whether there was a write since the job was taken. A job that waited before may stand for it, or this one: the
    /// write added none beside it.
    private boolean isOutdated(MemoryJob row) {
        return tables.find(row.job.repository())
                .filter(repository -> !repository.isUpToDate(row.job.target()))
                .isPresent();
    }

    /// Whether the job was there when the other was taken, so that the copy has what it is about (DS 3.5).
    private static boolean isDoneBy(MemoryJob waiting, MemoryJob done) {
        return !waiting.isTaken()
                && waiting.id <= done.newestWhenTaken
                && waiting.equalsInWork(done.job)
                && waiting.job.source().equals(done.job.source());
    }

    private void failed(MemoryJob row, Instant at) {
        if (row.attemptsLeft <= 0 && !row.deletes()) {
            forget(row);
        } else {
            row.state = StoredJob.State.FAILED;
            row.changedAt = at;
        }
    }

    private void forget(MemoryJob row) {
        tables.jobs.remove(row.id);
        if (row.deletes()) {
            tables.touch(row.job.key());
        }
    }

    @Override
    public int releaseStale(Duration silentFor) throws InterruptedException {
        return session.run(() -> {
            Instant limit = tables.clock.now().minus(silentFor);
            var stale = tables.jobs.values().stream()
                    .filter(job -> job.isTaken() && job.keptAt.isBefore(limit))
                    .toList();
            stale.forEach(job -> failed(job, job.changedAt)); // they have rested long enough (DS 3.7)
            return stale.size();
        });
    }

    @Override
    public List<NewJob> addMissing(Map<VirtualStorage, Set<StorageName>> reachable) throws InterruptedException {
        return session.run(() -> {
            var added = new ArrayList<NewJob>();
            for (MemoryRepository repository : List.copyOf(tables.repositories.values())) {
                var here = reachable.getOrDefault(repository.key.virtualStorage(), Set.of());
                for (NewJob job : new MemoryReconciliation(tables, repository, here).jobs()) {
                    if (add(tables, job)) {
                        added.add(job);
                    }
                }
            }
            return List.copyOf(added);
        });
    }
}
