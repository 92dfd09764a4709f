package io.quaestor.simulation.proxy;

import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.StorageName;
import java.util.List;
import java.util.Optional;

/// Hears of changes of primaries and jobs, whatever their callers are told of them.
public interface StoreEvents {

    /// What is known of a repository now.
    Optional<Placement> placement(RepositoryId id);

    /// Somebody wanted to replace a primary.
    ///
    /// @param before what was there
    void primaryIsReplaced(PrimaryChange change, boolean replaced, Optional<Placement> before);

    /// Somebody wanted to open intents.
    void intentsAreOpened(List<NewIntent> intents, List<IntentResult> results);

    /// Somebody has taken jobs.
    void jobsAreTaken();

    /// Somebody is going to give back a job that it has.
    void jobEnds(ReplicationJob job, JobOutcome outcome);

    /// Jobs of dead workers are going to be freed.
    void staleJobsAreReleased();

    /// Some jobs have ended.
    void jobsHaveChanged();

    /// The record of a replica is going to be removed.
    void replicaIsForgotten(RepositoryId id, StorageName storage);
}
