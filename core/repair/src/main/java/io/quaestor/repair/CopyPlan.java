package io.quaestor.repair;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import java.util.List;
import java.util.Set;

/// What a job to update a replica comes down to, as things are now.
sealed interface CopyPlan {

    /// Copy from there.
    ///
    /// @param before  what the target has
    /// @param reached what it will have
    record Copy(StorageName source, Generation before, Generation reached) implements CopyPlan {}

    /// The target has everything already.
    record UpToDate(Generation generation) implements CopyPlan {}

    /// The target should not have the repository any more.
    record NotWanted() implements CopyPlan {}

    /// No replica that is up to date can be reached.
    record NoSource() implements CopyPlan {}

    /// Decides it. Only a replica that is up to date is copied: one that missed writes may have others of its own. The
    /// source that the job names is preferred; if it will not do, the number of the job spreads the work.
    ///
    /// @param reached the nodes that this proxy reaches
    static CopyPlan of(ReplicationJob job, Placement placement, Set<NodeId> reached, long seed) {
        var target = placement.replica(job.job().target());
        var before = target.map(Replica::generation).orElse(Generation.NONE);
        if (before.compareTo(placement.generation()) >= 0) {
            return new UpToDate(before);
        }
        if (!before.isRecorded() && !target.map(Replica::assigned).orElse(false)) {
            return new NotWanted();
        }
        List<StorageName> sources = placement.replicas().stream()
                .filter(r -> placement.isUpToDate(r) && r.configured() && !r.leaving())
                .map(Replica::storage)
                .filter(s -> reached.contains(new NodeId(placement.key().virtualStorage(), s)))
                .toList();
        if (sources.isEmpty()) {
            return new NoSource();
        }
        var source = job.job()
                .source()
                .filter(sources::contains)
                .orElseGet(() -> sources.get(Math.floorMod(job.id() + seed, sources.size())));
        return new Copy(source, before, placement.generation());
    }
}
