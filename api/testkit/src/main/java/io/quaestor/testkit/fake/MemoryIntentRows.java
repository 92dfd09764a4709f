package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteTurn;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What [MemoryTables] knows of writes under way; called under its lock.
final class MemoryIntentRows {

    /// A choice: for so long a record whose outcome was in doubt can be repeated.
    private static final Duration KEPT = Duration.ofMinutes(2);

    private static final ProxyLife NOBODY = new ProxyLife(Long.MAX_VALUE);
    private static final RepositoryId NONE = new RepositoryId(Long.MAX_VALUE);
    private static final RepositoryKey NAMELESS = new RepositoryKey(new VirtualStorage("none"), "none");

    final MemoryLives lives;
    final TreeMap<Long, MemoryIntent> rows = new TreeMap<>();
    final Map<RepositoryId, Hold> holds = new HashMap<>();
    final Map<RepositoryId, WriteTurn> turns = new HashMap<>();

    private final Clock clock;

    /// Who holds the writes to a repository.
    ///
    /// @param since      when that began
    /// @param leftBehind what there was to settle then; what is left behind later is not settled with it
    record Hold(ProxyLife life, Instant since, Set<IntentId> leftBehind) {

        boolean settles(MemoryIntent row, Instant end) {
            return leftBehind.contains(row.id) && !end.isAfter(since);
        }
    }

    MemoryIntentRows(Clock clock) {
        this.clock = clock;
        this.lives = new MemoryLives(clock);
    }

    Optional<MemoryIntent> find(IntentId id) {
        return Optional.ofNullable(rows.get(id.value()));
    }

    /// Open updates of one repository.
    Stream<MemoryIntent> updatesOf(RepositoryId repository) {
        return rows.values().stream().filter(row -> row.isUpdateOf(repository));
    }

    boolean isLiving(MemoryIntent row) {
        return lives.isLiving(row.life);
    }

    /// Open intents that a proxy that died left behind.
    Stream<MemoryIntent> leftBehind() {
        return rows.values().stream().filter(row -> row.isOpen() && !isLiving(row));
    }

    /// When the life ended under which one was left behind.
    Instant endOf(MemoryIntent row) {
        return lives.endOf(row.life).orElse(row.changedAt);
    }

    Optional<Instant> suspectSince(RepositoryId repository) {
        return updatesOf(repository)
                .filter(row -> !isLiving(row))
                .map(this::endOf)
                .min(Comparator.naturalOrder());
    }

    /// A creation of a life that has ended reserves nothing.
    boolean isReserved(RepositoryKey name) {
        return rows.values().stream().anyMatch(row -> row.reserves(name) && isLiving(row));
    }

    void orphan(RepositoryKey name) {
        rows.values().stream()
                .filter(row -> row.reserves(name) && !isLiving(row))
                .forEach(row -> row.state = MemoryIntent.State.ORPHANED);
    }

    /// Whether writes to it wait. A hold whose proxy died stays as long as there is something that somebody else settles.
    boolean isHeld(RepositoryId repository) {
        Hold hold = holds.get(repository);
        if (hold != null && !lives.isLiving(hold.life()) && suspectSince(repository).isEmpty()) {
            holds.remove(repository);
            return false;
        }
        return hold != null;
    }

    /// After a record whose intent was settled before: an intent of nobody, opened once, however often that record is made.
    void suspect(WriteRecord.Update record) {
        long number = -record.intent().orElseThrow().value();
        rows.computeIfAbsent(
                number,
                _ -> new MemoryIntent(new IntentId(number), NOBODY, false, record.id(), record.key(), 0, clock.now()));
    }

    /// One that is not there cannot be opened any more.
    void withdraw(IntentId id) {
        var row = rows.computeIfAbsent(
                id.value(), _ -> new MemoryIntent(id, NOBODY, false, NONE, NAMELESS, 0, clock.now()));
        if (row.isOpen()) {
            row.state = MemoryIntent.State.WITHDRAWN;
            row.changedAt = clock.now();
        }
    }

    void hold(ProxyLife life, RepositoryId repository) {
        var leftBehind = updatesOf(repository)
                .filter(row -> !isLiving(row))
                .map(row -> row.id)
                .collect(Collectors.toSet());
        holds.put(repository, new Hold(life, clock.now(), leftBehind));
    }

    boolean isHeldBy(ProxyLife life, RepositoryId repository) {
        Hold hold = holds.get(repository);
        return hold != null && hold.life().equals(life);
    }

    void forget(RepositoryId repository) {
        rows.values().removeIf(row -> row.repository.equals(repository));
        holds.remove(repository);
        turns.remove(repository);
    }

    /// Nobody asks any more for what ended long ago.
    void tidy() {
        Instant limit = clock.now().minus(KEPT);
        rows.values().removeIf(row -> !row.isOpen() && row.changedAt.isBefore(limit));
    }
}
