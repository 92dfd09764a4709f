package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.model.StorageName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What one repository lacks and has too much of (DS 5.4), looked at under the lock of the tables.
final class MemoryReconciliation {

    private final MemoryTables tables;
    private final MemoryRepository repository;
    private final Set<StorageName> assigned;

    /// Configured and reachable.
    private final Set<StorageName> here;

    private final boolean suspect;

    /// Where to copy from.
    private final List<StorageName> sources;

    MemoryReconciliation(MemoryTables tables, MemoryRepository repository, Set<StorageName> reachable) {
        this.tables = tables;
        this.repository = repository;
        this.assigned = tables.assigned(repository);
        this.here = new LinkedHashSet<>(tables.configured(repository.key.virtualStorage()));
        here.retainAll(reachable);
        this.suspect = tables.writes.suspectSince(repository.id).isPresent();
        this.sources = here.stream()
                .filter(storage -> repository.isUpToDate(storage) && !tables.leaving(repository, storage))
                .filter(storage -> !suspect || repository.primary.equals(Optional.of(storage)))
                .toList();
    }

    List<NewJob> jobs() {
        var jobs = new ArrayList<NewJob>();
        for (StorageName target : here) {
            if (assigned.contains(target)
                    && !repository.isUpToDate(target)
                    && !sources.isEmpty()
                    && jobsOfRepository().noneMatch(job -> isUpdateOf(job, target))) {
                jobs.add(job(JobChange.UPDATE, Optional.of(sources.getFirst()), target));
            }
        }
        superfluous().ifPresent(storage -> jobs.add(job(JobChange.DELETE_REPLICA, Optional.empty(), storage)));
        return jobs;
    }

    /// A replica that nobody wants and nobody uses, while every storage that should have the repository has at least as
    /// much, and one of those is reached and up to date. Of a suspect repository nobody knows who has how much.
    private Optional<StorageName> superfluous() {
        boolean kept = sources.stream().anyMatch(assigned::contains);
        if (!kept || suspect || jobsOfRepository().anyMatch(MemoryJob::deletes)) {
            return Optional.empty();
        }
        long lowest = Stream.concat(assigned.stream(), repository.replicas.keySet().stream())
                .mapToLong(storage -> repository.generationOf(storage).value())
                .min()
                .orElseThrow();
        return here.stream()
                .filter(storage -> !assigned.contains(storage))
                .filter(storage -> repository.generationOf(storage).isRecorded()
                        && repository.generationOf(storage).value() <= lowest)
                .filter(storage -> jobsOfRepository().noneMatch(job -> uses(job, storage)))
                .findFirst();
    }

    private Stream<MemoryJob> jobsOfRepository() {
        return tables.jobs.values().stream().filter(job -> job.job.repository().equals(repository.id));
    }

    private static boolean isUpdateOf(MemoryJob job, StorageName target) {
        return job.job.change() == JobChange.UPDATE && job.job.target().equals(target);
    }

    private static boolean uses(MemoryJob job, StorageName storage) {
        return job.job.target().equals(storage)
                || job.job.source().filter(storage::equals).isPresent();
    }

    private NewJob job(JobChange change, Optional<StorageName> source, StorageName target) {
        String correlationId = "reconcile-" + repository.id + "-" + target;
        return new NewJob(repository.id, repository.key, change, source, target, correlationId);
    }
}
