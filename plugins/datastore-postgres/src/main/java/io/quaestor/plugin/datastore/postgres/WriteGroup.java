package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteRecord.Creation;
import io.quaestor.spi.datastore.WriteRecord.Update;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.StorageName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Records a group of writes in the transaction of the caller, and ends their intents with it. Repositories are locked
/// first, by number, then intents, by number, then names are taken in order, so that two groups never wait for each other.
final class WriteGroup {

    private final Connection connection;
    private final List<WriteRecord> records;
    private final boolean withIntents;
    private final Map<Long, IntentRow> intents = new HashMap<>();
    private final Map<WriteRecord, WriteResult> results = new HashMap<>();
    private final List<NewJob> jobs = new ArrayList<>();

    /// @param withIntents whether the tables of intents are there
    WriteGroup(Connection connection, List<WriteRecord> records, boolean withIntents) {
        this.connection = connection;
        this.records = records;
        this.withIntents = withIntents;
    }

    /// @return what came of each, in the same order
    List<WriteResult> record() throws SQLException {
        var updates = only(Update.class);
        var creations = only(Creation.class);
        creations.sort(Comparator.comparing((Creation c) -> c.key().virtualStorage())
                .thenComparing(c -> c.key().relativePath()));
        var known = WriteStatements.lock(connection, updates);
        if (withIntents) {
            intents.putAll(IntentRow.lock(connection, records));
        }
        update(updates.stream().filter(u -> known.contains(u.id().value())).toList());
        updates.forEach(update -> results.putIfAbsent(update, new WriteResult.Missing()));
        for (var creation : creations) {
            results.put(creation, create(creation));
        }
        JobRows.insert(connection, jobs);
        if (withIntents) {
            IntentRow.end(connection, results);
        }
        return records.stream().map(record -> Objects.requireNonNull(results.get(record))).toList();
    }

    private <R extends WriteRecord> List<R> only(Class<R> kind) {
        return new ArrayList<>(
                records.stream().filter(kind::isInstance).map(kind::cast).toList());
    }

    /// Without tables of intents no intent was ever opened.
    private boolean names(WriteRecord record) {
        return withIntents && record.intent().isPresent();
    }

    private @Nullable IntentRow intent(WriteRecord record) {
        return record.intent().map(id -> intents.get(id.value())).orElse(null);
    }

    private void update(List<Update> known) throws SQLException {
        var counted = new ArrayList<Update>();
        var settled = new ArrayList<Update>();
        for (var update : known) {
            var intent = intent(update);
            if (!names(update) || (intent != null && intent.isOpen())) {
                counted.add(update);
            } else {
                var before = intent == null ? Optional.<WriteResult>empty() : intent.answer();
                before.ifPresentOrElse(answer -> results.put(update, answer), () -> settled.add(update));
            }
        }
        raise(counted);
        settled.forEach(update -> results.put(update, new WriteResult.Settled()));
        IntentRow.suspect(connection, settled);
    }

    private void raise(List<Update> updates) throws SQLException {
        var repositories = new ArrayList<Long>();
        var storages = new ArrayList<String>();
        for (var update : updates) {
            for (var storage : new TreeSet<>(update.upToDate())) {
                repositories.add(update.id().value());
                storages.add(storage.value());
            }
        }
        var raised = WriteStatements.raise(connection, repositories, storages);
        var late = new ArrayList<Update>();
        for (var update : updates) {
            var generation = raised.get(update.id().value());
            results.put(update, generation == null ? new WriteResult.Outdated() : new WriteResult.Recorded(generation));
            if (generation != null) {
                addRepairs(update);
            } else if (names(update)) {
                late.add(update);
            }
        }
        IntentRow.suspect(connection, late);
    }

    private WriteResult create(Creation creation) throws SQLException {
        var intent = intent(creation);
        if (names(creation) && (intent == null || !intent.isOpen())) {
            return repeated(creation, intent);
        }
        boolean lost = intent != null
                && intent.state() == IntentRow.State.ORPHANED
                && IntentRow.isReserved(connection, creation);
        if (lost) {
            return new WriteResult.Exists();
        }
        var result = WriteStatements.create(connection, creation);
        if (result instanceof WriteResult.Recorded) {
            addRepairs(creation);
        }
        return result;
    }

    /// What was removed since is missing, whatever came of it before; what was abandoned too, and its files are gone.
    private WriteResult repeated(Creation creation, @Nullable IntentRow intent) throws SQLException {
        if (WriteStatements.isKnown(connection, creation)) {
            return intent == null ? new WriteResult.Exists() : intent.answer().orElse(new WriteResult.Exists());
        }
        return WriteStatements.isTaken(connection, creation.key())
                ? new WriteResult.Exists()
                : new WriteResult.Missing();
    }

    private void addRepairs(WriteRecord record) {
        for (var target : new TreeSet<>(record.outdated())) {
            jobs.add(repair(record, record.primary(), target));
        }
    }

    private static NewJob repair(WriteRecord record, StorageName source, StorageName target) {
        return new NewJob(
                record.id(), record.key(), JobChange.UPDATE, Optional.of(source), target, record.correlationId());
    }
}
