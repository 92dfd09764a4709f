package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.model.RepositoryId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Opens intents in the transaction of the caller. A constant number of statements, few where nothing is in the way; why
/// something is in the way is found out afterwards.
final class IntentOpening {

    /// Kept until the commit, so that nobody holds or removes the repository meanwhile: both lock it for themselves. Writes
    /// that are being recorded are not waited for.
    private static final String LOCK = """
            SELECT repository_id FROM repositories WHERE repository_id = ANY (?::bigint[]) ORDER BY repository_id FOR KEY SHARE
            """;

    /// Its row is not forgotten before the commit.
    private static final String LIFE_LIVES =
            "EXISTS (SELECT 1 FROM quaestor_proxies p WHERE p.life = ? AND " + IntentTables.LIVING + " FOR KEY SHARE)";

    private static final String OPEN_UPDATES = """
            INSERT INTO quaestor_write_intents (id, life, kind, state, repository_id, virtual_storage, relative_path,
                                                transaction, expected_generation, opened_at)
            SELECT w.id, ?, 'update', 'open', w.repository_id, w.virtual_storage, w.relative_path,
                   w.transaction, w.expected, clock_timestamp()
              FROM unnest(?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::bigint[])
                   AS w (id, repository_id, virtual_storage, relative_path, transaction, expected)
             WHERE %s
               AND NOT EXISTS (SELECT 1 FROM quaestor_recoveries h WHERE h.repository_id = w.repository_id)
            ON CONFLICT (id) DO NOTHING
            RETURNING id
            """.formatted(LIFE_LIVES);

    /// A hold whose proxy died lasts as long as there is something to be settled by another one.
    private static final String DROP_HOLDS = """
            DELETE FROM quaestor_recoveries h
             WHERE h.repository_id = ANY (?::bigint[])
               AND NOT EXISTS (SELECT 1 FROM quaestor_proxies p WHERE p.life = h.life AND %s)
               AND NOT EXISTS (
                       SELECT 1
                         FROM quaestor_write_intents i
                        WHERE i.repository_id = h.repository_id AND i.state = 'open' AND NOT %s)
            """.formatted(IntentTables.LIVING, IntentTables.LIFE_LIVES);

    /// Waits for whoever is about to make the same reservation, or to end one.
    private static final String OPEN_CREATIONS = """
            INSERT INTO quaestor_write_intents (id, life, kind, state, repository_id, virtual_storage, relative_path,
                                                transaction, opened_at)
            SELECT w.id, ?, 'creation', 'open', nextval('repositories_repository_id_seq'), w.virtual_storage, w.relative_path,
                   w.transaction, clock_timestamp()
              FROM unnest(?::bigint[], ?::text[], ?::text[], ?::bigint[])
                   WITH ORDINALITY AS w (id, virtual_storage, relative_path, transaction, place)
             WHERE %s
               AND NOT EXISTS (
                       SELECT 1
                         FROM repositories r
                        WHERE r.virtual_storage = w.virtual_storage AND r.relative_path = w.relative_path)
             ORDER BY w.place
            ON CONFLICT DO NOTHING
            RETURNING id, repository_id
            """.formatted(LIFE_LIVES);

    /// Whoever was waited for may have recorded its creation.
    private static final String GIVE_UP_TAKEN = """
            DELETE FROM quaestor_write_intents i
             USING repositories r
             WHERE i.id = ANY (?::bigint[])
               AND r.virtual_storage = i.virtual_storage
               AND r.relative_path = i.relative_path
            RETURNING i.id
            """;

    private static final String ORPHAN = """
            UPDATE quaestor_write_intents
               SET state = 'orphaned'
             WHERE id IN (
                       SELECT i.id
                         FROM quaestor_write_intents i
                         JOIN unnest(?::text[], ?::text[]) AS w (virtual_storage, relative_path)
                           ON w.virtual_storage = i.virtual_storage AND w.relative_path = i.relative_path
                        WHERE i.kind = 'creation' AND i.state = 'open' AND NOT %s
                        ORDER BY i.id
                          FOR UPDATE OF i)
            """.formatted(IntentTables.LIFE_LIVES);

    private static final String KNOWN = """
            SELECT id, repository_id, state FROM quaestor_write_intents WHERE id = ANY (?::bigint[])
            """;

    private final Connection connection;
    private final ProxyLife life;
    private final List<NewIntent.Update> updates = new ArrayList<>();
    private final List<NewIntent.Creation> creations = new ArrayList<>();
    private final Map<Long, IntentResult> results = new HashMap<>();

    private IntentOpening(Connection connection, ProxyLife life, List<NewIntent> intents) {
        this.connection = connection;
        this.life = life;
        for (var intent : intents) {
            switch (intent) {
                case NewIntent.Update update -> updates.add(update);
                case NewIntent.Creation creation -> creations.add(creation);
            }
        }
        // in one order, so that two who want the same names do not wait for each other
        creations.sort(Comparator.comparing((NewIntent.Creation c) -> c.key().virtualStorage())
                .thenComparing(c -> c.key().relativePath()));
    }

    /// @return what came of each, in the same order
    static List<IntentResult> open(Connection connection, ProxyLife life, List<NewIntent> intents) throws SQLException {
        var opening = new IntentOpening(connection, life, intents);
        opening.open();
        return intents.stream()
                .map(intent -> Objects.requireNonNull(opening.results.get(intent.id().value())))
                .toList();
    }

    private void open() throws SQLException {
        Set<Long> known = updates.isEmpty()
                ? Set.of()
                : new HashSet<>(Query.of(connection, LOCK, repositories(updates)).list(row -> row.getLong(1)));
        openUpdates(updates.stream().filter(update -> known.contains(update.repository().value())).toList());
        openCreations(creations);
        if (results.isEmpty() && !isLiving()) {
            updates.forEach(update -> results.put(update.id().value(), new IntentResult.LifeEnded()));
            creations.forEach(creation -> results.put(creation.id().value(), new IntentResult.LifeEnded()));
            return;
        }
        for (var update : updates) {
            if (!known.contains(update.repository().value())) {
                results.put(update.id().value(), new IntentResult.Missing());
            }
        }
        findKnown();
        openAfterHolds();
        openAfterOrphans();
    }

    private boolean isLiving() throws SQLException {
        return Query.of(connection, "SELECT " + LIFE_LIVES, life.number())
                .first(row -> row.getBoolean(1))
                .orElse(false);
    }

    /// What was opened by an earlier call.
    private void findKnown() throws SQLException {
        var unclear = new ArrayList<Long>();
        unclear(updates).forEach(update -> unclear.add(update.id().value()));
        unclear(creations).forEach(creation -> unclear.add(creation.id().value()));
        if (unclear.isEmpty()) {
            return;
        }
        var found = Query.of(connection, KNOWN, unclear)
                .list(row -> Map.entry(row.getLong(1), known(row.getLong(2), IntentRow.State.of(row.getString(3)))));
        found.forEach(row -> results.put(row.getKey(), row.getValue()));
    }

    private static IntentResult known(long repository, IntentRow.State state) {
        return switch (state) {
            case OPEN, RECORDED, OUTDATED, EXISTS, MISSING, SETTLED -> new IntentResult.Opened(new RepositoryId(repository));
            case ORPHANED -> new IntentResult.Exists();
            case WITHDRAWN -> new IntentResult.Held(); // by a caller who does not wait for it any more
        };
    }

    private void openAfterHolds() throws SQLException {
        var held = unclear(updates);
        if (held.isEmpty()) {
            return;
        }
        if (Query.of(connection, DROP_HOLDS, repositories(held)).update() > 0) {
            openUpdates(held);
        }
        unclear(held).forEach(update -> results.put(update.id().value(), new IntentResult.Held()));
    }

    private void openAfterOrphans() throws SQLException {
        var taken = unclear(creations);
        if (taken.isEmpty()) {
            return;
        }
        if (Query.of(connection, ORPHAN, virtualStorages(taken), paths(taken)).update() > 0) {
            openCreations(taken);
        }
        unclear(taken).forEach(creation -> results.put(creation.id().value(), new IntentResult.Exists()));
    }

    private void openUpdates(List<NewIntent.Update> wanted) throws SQLException {
        if (wanted.isEmpty()) {
            return;
        }
        var expected = wanted.stream().map(update -> update.expected().value()).toList();
        var opened = new HashSet<>(Query.of(
                        connection,
                        OPEN_UPDATES,
                        life.number(),
                        ids(wanted),
                        repositories(wanted),
                        virtualStorages(wanted),
                        paths(wanted),
                        transactions(wanted),
                        expected,
                        life.number())
                .list(row -> row.getLong(1)));
        for (var update : wanted) {
            if (opened.contains(update.id().value())) {
                results.put(update.id().value(), new IntentResult.Opened(update.repository()));
            }
        }
    }

    private void openCreations(List<NewIntent.Creation> wanted) throws SQLException {
        if (wanted.isEmpty()) {
            return;
        }
        var opened = new LinkedHashMap<Long, RepositoryId>();
        Query.of(
                        connection,
                        OPEN_CREATIONS,
                        life.number(),
                        ids(wanted),
                        virtualStorages(wanted),
                        paths(wanted),
                        transactions(wanted),
                        life.number())
                .list(row -> Map.entry(row.getLong(1), new RepositoryId(row.getLong(2))))
                .forEach(row -> opened.put(row.getKey(), row.getValue()));
        if (!opened.isEmpty()) {
            Query.of(connection, GIVE_UP_TAKEN, List.copyOf(opened.keySet()))
                    .list(row -> row.getLong(1))
                    .forEach(opened::remove);
        }
        opened.forEach((id, repository) -> results.put(id, new IntentResult.Opened(repository)));
    }

    private <I extends NewIntent> List<I> unclear(List<I> intents) {
        return intents.stream()
                .filter(intent -> !results.containsKey(intent.id().value()))
                .toList();
    }

    private static List<Long> ids(List<? extends NewIntent> intents) {
        return intents.stream().map(intent -> intent.id().value()).toList();
    }

    private static List<Long> repositories(List<NewIntent.Update> intents) {
        return intents.stream().map(intent -> intent.repository().value()).toList();
    }

    private static List<String> virtualStorages(List<? extends NewIntent> intents) {
        return intents.stream().map(intent -> intent.key().virtualStorage().name()).toList();
    }

    private static List<String> paths(List<? extends NewIntent> intents) {
        return intents.stream().map(intent -> intent.key().relativePath()).toList();
    }

    private static List<Long> transactions(List<? extends NewIntent> intents) {
        return intents.stream().map(NewIntent::transaction).toList();
    }
}
