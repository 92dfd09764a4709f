package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.StorageName;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Records one write, and ends its intent with it; called under the lock of the tables.
final class MemoryRecording {

    private final MemoryTables tables;

    MemoryRecording(MemoryTables tables) {
        this.tables = tables;
    }

    WriteResult record(WriteRecord record) {
        MemoryIntent intent = record.intent().flatMap(tables.writes::find).orElse(null);
        if (intent != null && intent.result != null && isKnown(record)) {
            return intent.result;
        }
        WriteResult result =
                switch (record) {
                    case WriteRecord.Update update -> update(update, intent);
                    case WriteRecord.Creation creation -> create(creation, intent);
                };
        if (result instanceof WriteResult.Recorded) {
            addRepairs(record);
        }
        if (intent != null && intent.isOpen()) {
            intent.state = MemoryIntent.State.RECORDED;
            intent.result = result;
            intent.changedAt = tables.clock.now();
        }
        return result;
    }

    /// What was removed since is missing, whatever was recorded before; but what was never there exists elsewhere.
    private boolean isKnown(WriteRecord record) {
        return tables.find(record.id()).isPresent()
                || (record instanceof WriteRecord.Creation
                        && tables.find(record.key()).isPresent());
    }

    private WriteResult update(WriteRecord.Update update, @Nullable MemoryIntent intent) {
        MemoryRepository repository = tables.repositories.get(update.id());
        if (repository == null) {
            return new WriteResult.Missing();
        }
        if (update.intent().isPresent() && (intent == null || !intent.isOpen())) {
            tables.writes.suspect(update);
            return new WriteResult.Settled();
        }
        var advanced =
                update.upToDate().stream().filter(repository::isUpToDate).toList();
        if (advanced.isEmpty()) {
            if (intent != null) {
                tables.writes.suspect(update);
            }
            return new WriteResult.Outdated();
        }
        var generation = new Generation(++repository.generation);
        advanced.forEach(storage -> repository.replicas.put(storage, generation));
        tables.touch(repository.key);
        return new WriteResult.Recorded(generation);
    }

    private WriteResult create(WriteRecord.Creation creation, @Nullable MemoryIntent intent) {
        boolean lost = intent != null
                && intent.state == MemoryIntent.State.ORPHANED
                && tables.writes.isReserved(creation.key());
        if (lost
                || tables.find(creation.key()).isPresent()
                || tables.find(creation.id()).isPresent()) {
            return new WriteResult.Exists();
        }
        if (creation.intent().isPresent() && (intent == null || !intent.isOpen())) {
            return new WriteResult.Missing(); // its files were removed
        }
        var repository = new MemoryRepository(creation.id(), creation.key(), creation.path());
        var generation = new Generation(0);
        creation.upToDate().forEach(storage -> repository.replicas.put(storage, generation));
        repository.primary = Optional.of(creation.primary());
        if (creation.assign()) {
            repository.assignments.add(creation.primary());
            repository.assignments.addAll(creation.upToDate());
            repository.assignments.addAll(creation.outdated());
        }
        tables.add(repository);
        return new WriteResult.Recorded(generation);
    }

    private void addRepairs(WriteRecord record) {
        // a set of the JDK has another order in each process
        for (StorageName storage : new TreeSet<>(record.outdated())) {
            MemoryReplicationJobs.add(
                    tables,
                    new NewJob(
                            record.id(),
                            record.key(),
                            JobChange.UPDATE,
                            Optional.of(record.primary()),
                            storage,
                            record.correlationId()));
        }
    }
}
