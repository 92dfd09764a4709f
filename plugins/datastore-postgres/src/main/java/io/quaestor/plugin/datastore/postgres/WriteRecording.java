package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Records writes in groups: one transaction, one commit, for all that came together. If one of them is refused, the group
/// is replayed one by one, so that it does not take the others with it (architecture, 5).
final class WriteRecording {

    /// All that say: a repository of that name, or with that number, is there (DS 13 D14).
    private static final Set<String> EXISTS = Set.of(
            "repository_lookup_index",
            "repositories_pkey",
            "storage_repositories_pkey",
            "storage_repositories_new_pkey");

    private final Database database;
    private final IntentTables tables;

    WriteRecording(Database database, IntentTables tables) {
        this.database = database;
        this.tables = tables;
    }

    List<WriteResult> record(List<WriteRecord> records) throws InterruptedException {
        var results = new ArrayList<WriteResult>();
        for (var group : groups(records)) {
            try {
                results.addAll(recordGroup(group));
            } catch (DatastoreUnavailableException failure) {
                throw afterOthers(failure, !results.isEmpty());
            }
        }
        return results;
    }

    /// What was recorded before the failure stays recorded, so "nothing was changed" would not be true of all.
    private static DatastoreUnavailableException afterOthers(DatastoreUnavailableException failure, boolean others) {
        return others && failure.outcomeKnown()
                ? DatastoreUnavailableException.inDoubt(String.valueOf(failure.getMessage()), failure)
                : failure;
    }

    /// No longer than a notification of all of them may be (DS 1.5).
    private static List<List<WriteRecord>> groups(List<WriteRecord> records) {
        var groups = new ArrayList<List<WriteRecord>>();
        List<WriteRecord> group = new ArrayList<>();
        int bytes = 0;
        for (var record : records) {
            bytes += Notices.bytes(record.key());
            if (!group.isEmpty() && bytes > Notices.MOST_BYTES) {
                groups.add(group);
                group = new ArrayList<>();
                bytes = Notices.bytes(record.key());
            }
            group.add(record);
        }
        if (!group.isEmpty()) {
            groups.add(group);
        }
        return groups;
    }

    private List<WriteResult> recordGroup(List<WriteRecord> group) throws InterruptedException {
        if (group.size() == 1) {
            return List.of(recordAlone(group.getFirst()));
        }
        try {
            return database.write("record writes", connection -> group(connection, group).record());
        } catch (DatastoreRefusedException _) {
            return replay(group);
        }
    }

    private List<WriteResult> replay(List<WriteRecord> group) throws InterruptedException {
        var results = new ArrayList<WriteResult>();
        var refusals = new ArrayList<DatastoreRefusedException>();
        for (var record : group) {
            try {
                results.add(recordAlone(record));
            } catch (DatastoreRefusedException refused) {
                refusals.add(refused);
            } catch (DatastoreUnavailableException failure) {
                throw afterOthers(failure, !results.isEmpty());
            }
        }
        if (!refusals.isEmpty()) {
            throw refusals.getFirst();
        }
        return results;
    }

    private WriteResult recordAlone(WriteRecord record) throws InterruptedException {
        try {
            return database.write("record a write to " + record.key(), connection -> group(connection, List.of(record))
                    .record()
                    .getFirst());
        } catch (DatastoreRefusedException refused) {
            if (record instanceof WriteRecord.Creation && isExists(refused)) {
                return endAsExisting(record);
            }
            throw refused;
        }
    }

    private WriteGroup group(Connection connection, List<WriteRecord> records) {
        return new WriteGroup(connection, records, tables.usable());
    }

    /// The transaction that found it was rolled back.
    private WriteResult endAsExisting(WriteRecord record) throws InterruptedException {
        var result = new WriteResult.Exists();
        if (tables.usable()) {
            database.write("end the intent to create " + record.key(), connection -> {
                IntentRow.end(connection, Map.of(record, result));
                return true;
            });
        }
        return result;
    }

    private static boolean isExists(DatastoreException refused) {
        return refused.getCause() instanceof SQLException failure
                && Failures.uniqueConstraint(failure).filter(EXISTS::contains).isPresent();
    }
}
