package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The row of an intent as a record finds it, locked until the commit: a former commit of the same record, whose outcome
/// was in doubt, is over by then, and is confirmed by a write (architecture, 3.1.5).
///
/// @param state      see the table
/// @param generation which was recorded, if any
record IntentRow(State state, long generation) {

    enum State {
        OPEN,
        ORPHANED,
        RECORDED,
        OUTDATED,
        EXISTS,
        MISSING,
        SETTLED,
        WITHDRAWN;

        static State of(String name) throws SQLException {
            for (var state : values()) {
                if (state.column().equals(name)) {
                    return state;
                }
            }
            throw new SQLException("an intent is in state " + name + ", which nobody knows", "22023");
        }

        private String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String LOCK = """
            SELECT id, state, generation
              FROM quaestor_write_intents
             WHERE id = ANY (?::bigint[])
             ORDER BY id
               FOR UPDATE
            """;

    /// Those that ended before are written to as well.
    private static final String END = """
            UPDATE quaestor_write_intents i
               SET state = e.state, generation = nullif(e.generation, -1), ended_at = clock_timestamp()
              FROM unnest(?::bigint[], ?::text[], ?::bigint[]) AS e (id, state, generation)
             WHERE i.id = e.id
            """;

    /// An intent of nobody, whose number is that of the one whose record came too late, but negative; so it is opened once,
    /// however often that record is made.
    private static final String SUSPECT = """
            INSERT INTO quaestor_write_intents (id, life, kind, state, repository_id, virtual_storage, relative_path,
                                                transaction, opened_at)
            SELECT -w.id, 0, 'update', 'open', w.repository_id, w.virtual_storage, w.relative_path, 0, clock_timestamp()
              FROM unnest(?::bigint[], ?::bigint[], ?::text[], ?::text[])
                   AS w (id, repository_id, virtual_storage, relative_path)
             ORDER BY w.id DESC
            ON CONFLICT (id) DO NOTHING
            """;

    /// Whether another creation of that name, by a proxy that lives, is open.
    private static final String RESERVED = """
            SELECT 1
              FROM quaestor_write_intents i
             WHERE i.virtual_storage = ? AND i.relative_path = ? AND i.kind = 'creation' AND i.state = 'open' AND %s
            """.formatted(IntentTables.LIFE_LIVES);

    boolean isOpen() {
        return state == State.OPEN || state == State.ORPHANED;
    }

    /// What the record was answered that ended it; empty if none did.
    Optional<WriteResult> answer() {
        return switch (state) {
            case OPEN, ORPHANED, SETTLED, WITHDRAWN -> Optional.empty();
            case RECORDED -> Optional.of(new WriteResult.Recorded(new Generation(generation)));
            case OUTDATED -> Optional.of(new WriteResult.Outdated());
            case EXISTS -> Optional.of(new WriteResult.Exists());
            case MISSING -> Optional.of(new WriteResult.Missing());
        };
    }

    /// @return by number, those that are there
    static Map<Long, IntentRow> lock(Connection connection, List<WriteRecord> records) throws SQLException {
        var ids = records.stream()
                .flatMap(record -> record.intent().stream())
                .map(intent -> intent.value())
                .toList();
        var rows = new HashMap<Long, IntentRow>();
        if (!ids.isEmpty()) {
            Query.of(connection, LOCK, ids)
                    .list(row -> Map.entry(row.getLong("id"), read(row)))
                    .forEach(row -> rows.put(row.getKey(), row.getValue()));
        }
        return rows;
    }

    private static IntentRow read(ResultSet row) throws SQLException {
        return new IntentRow(State.of(row.getString("state")), row.getLong("generation"));
    }

    /// Ends the intents of records with what came of them.
    static void end(Connection connection, Map<WriteRecord, WriteResult> results) throws SQLException {
        var ids = new ArrayList<Long>();
        var states = new ArrayList<String>();
        var generations = new ArrayList<Long>();
        for (var entry : results.entrySet()) {
            var intent = entry.getKey().intent();
            if (intent.isPresent()) {
                ids.add(intent.get().value());
                states.add(state(entry.getValue()).column());
                generations.add(
                        entry.getValue() instanceof WriteResult.Recorded recorded
                                ? recorded.generation().value()
                                : -1L);
            }
        }
        if (!ids.isEmpty()) {
            Query.of(connection, END, ids, states, generations).update();
        }
    }

    /// Makes the repositories of records suspect that came too late.
    static void suspect(Connection connection, List<WriteRecord.Update> records) throws SQLException {
        if (records.isEmpty()) {
            return;
        }
        Query.of(
                        connection,
                        SUSPECT,
                        records.stream().map(r -> r.intent().orElseThrow().value()).toList(),
                        records.stream().map(r -> r.id().value()).toList(),
                        records.stream().map(r -> r.key().virtualStorage().name()).toList(),
                        records.stream().map(r -> r.key().relativePath()).toList())
                .update();
    }

    private static State state(WriteResult result) {
        return switch (result) {
            case WriteResult.Recorded _ -> State.RECORDED;
            case WriteResult.Outdated _ -> State.OUTDATED;
            case WriteResult.Exists _ -> State.EXISTS;
            case WriteResult.Missing _ -> State.MISSING;
            case WriteResult.Settled _ -> State.SETTLED;
        };
    }

    static boolean isReserved(Connection connection, WriteRecord creation) throws SQLException {
        return Query.of(connection, RESERVED, creation.key().virtualStorage(), creation.key().relativePath()).any();
    }
}
