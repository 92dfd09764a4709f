package io.quaestor.simulation;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.fake.InMemoryDatastore;
import io.quaestor.testkit.fake.StoredJob;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What must hold of repairs: every replica that is behind has a job, or a reason why it has none, and nobody has two
/// workers.
///
/// A reason is that its job was given up, after three attempts or as one that could not be done, that its record was
/// forgotten because there was nothing on the disk, or that an operator wants it there since. Then it is the reconciler's.
/// So is every replica once after commits were lost: a copy that began before may bring a generation that is lost for all
/// others.
final class RepairInvariants {

    private final InMemoryDatastore datastore;
    private final Set<Target> excused = new HashSet<>();
    private final Set<Target> newcomers = new HashSet<>();
    private final Set<Target> forgotten = new HashSet<>();

    private record Target(RepositoryKey key, StorageName storage) {}

    /// @param datastore a session of its own
    RepairInvariants(InMemoryDatastore datastore) {
        this.datastore = datastore;
    }

    List<StoredJob> jobs() {
        return Undisturbed.ask(datastore::jobs);
    }

    /// Jobs that were there are no more, and not because they were done.
    void gaveUp(List<StoredJob> jobs) {
        jobs.forEach(job -> excuse(job.job().key(), job.job().target()));
    }

    void excuse(RepositoryKey key, StorageName storage) {
        excused.add(new Target(key, storage));
    }

    /// Its record may have been lost.
    void forgotten(RepositoryKey key, StorageName storage) {
        forgotten.add(new Target(key, storage));
    }

    /// A replica is wanted where none was. Writes that are on their way do not know of it.
    void newcomer(RepositoryKey key, StorageName storage) {
        newcomers.add(new Target(key, storage));
    }

    boolean hasJobOrReason(RepositoryKey key, StorageName storage) {
        return hasJobOrReason(jobs(), key, storage);
    }

    private boolean hasJobOrReason(List<StoredJob> jobs, RepositoryKey key, StorageName storage) {
        var target = new Target(key, storage);
        return excused.contains(target)
                || newcomers.contains(target)
                || forgotten.contains(target)
                || hasJob(jobs, key, storage);
    }

    private static boolean hasJob(List<StoredJob> jobs, RepositoryKey key, StorageName storage) {
        return jobs.stream().map(StoredJob::job).anyMatch(j ->
                j.change() == JobChange.UPDATE && j.key().equals(key) && j.target().equals(storage));
    }

    /// @return what is wrong
    Optional<String> check(Placement placement) {
        var jobs = jobs();
        for (var replica : placement.replicas()) {
            if (hasJob(jobs, placement.key(), replica.storage())) {
                forgotten.remove(new Target(placement.key(), replica.storage()));
            }
            if (placement.hasGeneration(replica) || hasJob(jobs, placement.key(), replica.storage())) {
                excused.remove(new Target(placement.key(), replica.storage()));
            } else if (replica.assigned() && !hasJobOrReason(jobs, placement.key(), replica.storage())) {
                return Optional.of("9: " + replica.storage() + " is behind and has no job: " + placement + ", jobs " + jobs);
            }
        }
        return Optional.empty();
    }

    /// @return who has two workers
    Optional<String> twoWorkers() {
        var taken = new HashSet<Target>();
        return jobs().stream()
                .filter(job -> job.state() == StoredJob.State.TAKEN)
                .filter(job -> !taken.add(new Target(job.job().key(), job.job().target())))
                .map(job -> "9: two workers have " + job)
                .findFirst();
    }
}
