package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.WriteTurn;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What an [InMemoryDatastore] knew at one instant, so that it can lose what was committed since, as a standby does that
/// takes over without the last commits.
///
/// Numbers are not given twice, since sequences log ahead. Leases stay as they are: a lease that is believed in for too long
/// by a second or two makes everybody wait, and nothing else.
public final class Backup {

    private static final Field BY_KEY = field(MemoryTables.class, "byKey");
    private static final Field LIVES = field(MemoryLives.class, "lives");

    private final MemoryTables tables;
    private final TreeMap<RepositoryId, MemoryRepository> repositories = new TreeMap<>();
    private final TreeMap<Long, MemoryJob> jobs = new TreeMap<>();
    private final TreeMap<Long, MemoryIntent> intents = new TreeMap<>();
    private final Map<RepositoryId, MemoryIntentRows.Hold> holds;
    private final Map<RepositoryId, WriteTurn> turns;
    private final Map<Long, Object> lives;

    private Backup(MemoryTables tables) {
        this.tables = tables;
        tables.repositories.forEach((id, row) -> repositories.put(id, copy(row)));
        tables.jobs.forEach((id, row) -> jobs.put(id, copy(row)));
        tables.writes.rows.forEach((id, row) -> intents.put(id, copy(row)));
        holds = new HashMap<>(tables.writes.holds);
        turns = new HashMap<>(tables.writes.turns);
        lives = new TreeMap<>(map(LIVES, tables.writes.lives));
    }

    public static Backup of(InMemoryDatastore datastore) {
        return new Backup(((MemorySession) datastore.placements()).tables());
    }

    /// Forgets what came later. Nobody is told; listeners lose their connection with the commits.
    ///
    /// @return the repositories whose records are not what they were
    public Set<RepositoryKey> restore() {
        var changed = new LinkedHashSet<RepositoryKey>();
        tables.repositories.values().forEach(row -> {
            var before = repositories.get(row.id);
            if (before == null || before.generation != row.generation || !before.replicas.equals(row.replicas)) {
                changed.add(row.key);
            }
        });
        repositories.values().stream().filter(row -> !tables.repositories.containsKey(row.id)).forEach(row -> changed.add(row.key));
        tables.repositories.clear();
        tables.repositories.putAll(repositories);
        Map<Object, Object> byKey = map(BY_KEY, tables);
        byKey.clear();
        repositories.values().forEach(row -> byKey.put(row.key, row));
        tables.jobs.clear();
        tables.jobs.putAll(jobs);
        tables.writes.rows.clear();
        tables.writes.rows.putAll(intents);
        tables.writes.holds.clear();
        tables.writes.holds.putAll(holds);
        tables.writes.turns.clear();
        tables.writes.turns.putAll(turns);
        Map<Long, Object> known = map(LIVES, tables.writes.lives);
        lives.forEach(known::putIfAbsent);
        return changed;
    }

    private static MemoryRepository copy(MemoryRepository row) {
        var copy = new MemoryRepository(row.id, row.key, row.path);
        copy.replicas.putAll(row.replicas);
        copy.assignments.addAll(row.assignments);
        copy.generation = row.generation;
        copy.primary = row.primary;
        return copy;
    }

    private static MemoryJob copy(MemoryJob row) {
        var copy = new MemoryJob(row.id, row.job, row.createdAt);
        copy.state = row.state;
        copy.attemptsLeft = row.attemptsLeft;
        copy.changedAt = row.changedAt;
        copy.keptAt = row.keptAt;
        copy.newestWhenTaken = row.newestWhenTaken;
        return copy;
    }

    private static MemoryIntent copy(MemoryIntent row) {
        var copy = new MemoryIntent(
                row.id, row.life, row.creation, row.repository, row.key, row.transaction, row.changedAt);
        copy.state = row.state;
        copy.result = row.result;
        return copy;
    }

    private static Field field(Class<?> type, String name) {
        try {
            var field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <K, V> Map<K, V> map(Field field, Object owner) {
        try {
            return (Map<K, V>) field.get(owner);
        } catch (IllegalAccessException e) {
            throw new AssertionError("it was made accessible", e);
        }
    }
}
