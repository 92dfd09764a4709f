package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ConsumerType;

/// The queue of repairs, shared by all proxies. At most one worker at a time handles one repository on one target.
@API(status = EXPERIMENTAL, since = "0.1")
@ConsumerType
public interface ReplicationJobs {

    /// Adds a job unless an equal one is waiting (DS 3.3).
    ///
    /// @return whether it was added
    boolean add(NewJob job) throws InterruptedException;

    /// Takes jobs for a target, oldest first, and of each repository no more than one. They belong to the caller until
    /// they are given back by [#end], or until nobody has kept them for the time given to [#releaseStale].
    ///
    /// @return no more than the limit; empty if nothing is to be done
    List<ReplicationJob> take(JobRequest request) throws InterruptedException;

    /// Keeps jobs that were taken: says that their worker lives.
    void keep(Collection<ReplicationJob> jobs) throws InterruptedException;

    /// Gives a job back. A job that somebody else has taken meanwhile is left alone. With
    /// [JobOutcome#COMPLETED] equal jobs that waited since before it was taken are done too; a later one never is
    /// (DS 3.5). An update takes no other with it while its target is outdated: there was a write since, and a job that
    /// waited may stand for it, since the write added none beside it. If none waits, the update itself waits again: the
    /// write may have been one that had reached the target, and did not know that it was outdated.
    void end(ReplicationJob job, JobOutcome outcome) throws InterruptedException;

    /// Frees the jobs of workers that died.
    ///
    /// @param silentFor since when nobody has kept them
    /// @return how many were freed
    int releaseStale(Duration silentFor) throws InterruptedException;

    /// Adds a job for every replica that should be there and is not up to date, has a source and no job yet, and for
    /// one superfluous replica of each repository (DS 5.4). Storages that are not configured count neither as assigned
    /// nor as sources. A replica is superfluous only while another, on an assigned storage that is reached, is up to
    /// date. Only one proxy at a time does so; for the others nothing happens.
    ///
    /// @param reachable the storages that this proxy reaches
    /// @return the jobs that were added
    List<NewJob> addMissing(Map<VirtualStorage, Set<StorageName>> reachable) throws InterruptedException;
}
