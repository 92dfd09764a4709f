package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.datastore.ReplicationJobs;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class FaultyReplicationJobs implements ReplicationJobs {

    private final FaultyDatastore faults;
    private final ReplicationJobs sound;

    FaultyReplicationJobs(FaultyDatastore faults, ReplicationJobs sound) {
        this.faults = faults;
        this.sound = sound;
    }

    @Override
    public boolean add(NewJob job) throws InterruptedException {
        return faults.run(Operation.ADD_JOB, () -> sound.add(job));
    }

    @Override
    public List<ReplicationJob> take(JobRequest request) throws InterruptedException {
        return faults.run(Operation.TAKE_JOBS, () -> sound.take(request));
    }

    @Override
    public void keep(Collection<ReplicationJob> jobs) throws InterruptedException {
        faults.run(Operation.KEEP_JOBS, () -> {
            sound.keep(jobs);
            return 0;
        });
    }

    @Override
    public void end(ReplicationJob job, JobOutcome outcome) throws InterruptedException {
        faults.run(Operation.END_JOB, () -> {
            sound.end(job, outcome);
            return 0;
        });
    }

    @Override
    public int releaseStale(Duration silentFor) throws InterruptedException {
        return faults.run(Operation.RELEASE_STALE, () -> sound.releaseStale(silentFor));
    }

    @Override
    public List<NewJob> addMissing(Map<VirtualStorage, Set<StorageName>> reachable) throws InterruptedException {
        return faults.run(Operation.ADD_MISSING, () -> sound.addMissing(reachable));
    }
}
