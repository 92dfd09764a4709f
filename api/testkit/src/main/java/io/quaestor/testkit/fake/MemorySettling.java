package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.Settlement;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.StorageName;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/// Ends the suspicion of one repository, under the lock of the tables.
final class MemorySettling {

    private final MemoryTables tables;
    private final MemoryRepository repository;

    MemorySettling(MemoryTables tables, MemoryRepository repository) {
        this.tables = tables;
        this.repository = repository;
    }

    /// @return `false` if none of those that are equal is up to date
    boolean settle(Settlement settlement) {
        var advanced = settlement.equal().stream().filter(repository::isUpToDate).toList();
        if (advanced.isEmpty()) {
            return false;
        }
        var generation = new Generation(++repository.generation);
        advanced.forEach(storage -> repository.replicas.put(storage, generation));
        endIntents();

        var behind = new TreeSet<>(tables.assigned(repository));
        behind.addAll(settlement.different());
        behind.remove(settlement.reference());
        advanced.forEach(behind::remove);
        behind.forEach(storage -> repair(settlement.reference(), storage, settlement.correlationId()));
        tables.touch(repository.key);
        return true;
    }

    /// What was left behind after the hold began was not part of the comparison.
    private void endIntents() {
        var hold = Objects.requireNonNull(tables.writes.holds.remove(repository.id), "it is held");
        tables.writes
                .updatesOf(repository.id)
                .filter(row -> hold.settles(row, tables.writes.endOf(row)))
                .forEach(row -> {
                    tables.writes.lives.end(row.life);
                    row.state = MemoryIntent.State.SETTLED;
                    row.changedAt = tables.clock.now();
                });
    }

    private void repair(StorageName source, StorageName target, String correlationId) {
        MemoryReplicationJobs.add(
                tables,
                new NewJob(
                        repository.id,
                        repository.key,
                        JobChange.UPDATE,
                        Optional.of(source),
                        target,
                        correlationId));
    }
}
