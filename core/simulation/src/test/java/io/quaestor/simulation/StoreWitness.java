package io.quaestor.simulation;

import io.quaestor.simulation.faults.FaultKind;
import io.quaestor.simulation.faults.FaultLog;
import io.quaestor.simulation.proxy.StoreEvents;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.fake.InMemoryDatastore;
import io.quaestor.testkit.fake.StoredJob;
import java.util.List;
import java.util.Optional;

/// Watches what proxies change in the datastore besides writes: primaries and jobs.
final class StoreWitness implements StoreEvents {

    private final InMemoryDatastore datastore;
    private final Invariants invariants;
    private final RepairInvariants repairs;
    private final WriteInvariants writes;
    private final FaultLog faults;


    /// The jobs before a change that may give some up.
    private List<StoredJob> before = List.of();

    /// @param datastore a session of its own
    StoreWitness(
            InMemoryDatastore datastore,
            Invariants invariants,
            RepairInvariants repairs,
            WriteInvariants writes,
            FaultLog faults) {
        this.datastore = datastore;
        this.invariants = invariants;
        this.repairs = repairs;
        this.writes = writes;
        this.faults = faults;
    }

    /// A primary follows the one that was expected and no other, is up to date, and of a suspect repository there is only
    /// one that is. So there is one for each line of elections, and two proxies never elect two.
    @Override
    public void primaryIsReplaced(PrimaryChange change, boolean replaced, Optional<Placement> before) {
        if (!replaced) {
            faults.happened(FaultKind.TWO_ELECT_AT_ONCE);
            return;
        }
        var placement = before.orElseThrow();
        boolean upToDate = placement.replica(change.primary()).filter(placement::isUpToDate).isPresent();
        if (!placement.primary().equals(change.expected())) {
            invariants.violate("7: " + change + " replaced another primary than it expected: " + placement);
        }
        if (!upToDate) {
            invariants.violate("7: " + change + " made somebody primary who may lack something: " + placement);
        }
    }

    @Override
    public Optional<Placement> placement(RepositoryId id) {
        return Undisturbed.ask(() -> datastore.placements().find(id));
    }

    @Override
    public void intentsAreOpened(List<NewIntent> intents, List<IntentResult> results) {
        for (int i = 0; i < intents.size(); i++) {
            if (results.get(i) instanceof IntentResult.Opened) {
                writes.opened(intents.get(i).transaction());
            }
        }
    }

    @Override
    public void jobsAreTaken() {
        repairs.twoWorkers().ifPresent(invariants::violate);
    }

    @Override
    public void jobEnds(ReplicationJob job, JobOutcome outcome) {
        before = switch (outcome) {
            case FAILED, DROPPED -> repairs.jobs();
            case COMPLETED, HANDED_BACK -> List.of();
        };
    }

    @Override
    public void staleJobsAreReleased() {
        before = repairs.jobs();
    }

    @Override
    public void jobsHaveChanged() {
        var left = repairs.jobs().stream().map(StoredJob::id).toList();
        repairs.gaveUp(before.stream().filter(job -> !left.contains(job.id())).toList());
        before = List.of();
        invariants.jobsChanged();
    }

    @Override
    public void replicaIsForgotten(RepositoryId id, StorageName storage) {
        placement(id).ifPresent(placement -> repairs.excuse(placement.key(), storage));
    }
}
