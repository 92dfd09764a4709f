package io.quaestor.coordinator;

import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Writes of this proxy that were permitted and are not yet recorded. A read of such a repository goes to a node that has
/// confirmed all of them, or waits (P11): otherwise it could see a write, and the next one not.
///
/// **Threads:** any. **Blocking:** never for long; callbacks run on the thread that brings the news.
final class WritesUnderWay {

    private final Map<RepositoryKey, Entry> entries = new ConcurrentHashMap<>();

    /// Who has confirmed each write to one repository, and who waits for news of it. Guarded by itself.
    private static final class Entry {
        final Map<Object, Set<StorageName>> confirmed = new HashMap<>();
        final List<Runnable> waiting = new ArrayList<>();
    }

    /// A write was permitted, or somebody has confirmed it.
    ///
    /// @param write    which; compared by identity
    /// @param confirmed who has confirmed all that was permitted so far
    void changed(RepositoryKey key, Object write, Set<StorageName> confirmed) {
        var waiting = new ArrayList<Runnable>();
        entries.compute(key, (_, old) -> {
            var entry = old == null ? new Entry() : old;
            var before = entry.confirmed.put(write, Set.copyOf(confirmed));
            if (before != null && !before.equals(confirmed)) {
                waiting.addAll(entry.waiting);
                entry.waiting.clear();
            }
            return entry;
        });
        waiting.forEach(Runnable::run);
    }

    /// A write has its record, and the memory of this proxy has forgotten what was before; or there is none to make.
    void ended(RepositoryKey key, Object write) {
        var waiting = new ArrayList<Runnable>();
        entries.computeIfPresent(key, (_, entry) -> {
            if (entry.confirmed.remove(write) != null) {
                waiting.addAll(entry.waiting);
                entry.waiting.clear();
            }
            return entry.confirmed.isEmpty() && entry.waiting.isEmpty() ? null : entry;
        });
        waiting.forEach(Runnable::run);
    }

    /// Who has confirmed all writes that are under way.
    ///
    /// @return `null` if none is, which is nearly always so
    @Nullable Set<StorageName> confirmed(RepositoryKey key) {
        if (entries.isEmpty()) {
            return null;
        }
        var found = new HashSet<StorageName>();
        boolean[] any = {false};
        entries.computeIfPresent(key, (_, entry) -> {
            for (var confirmed : entry.confirmed.values()) {
                if (any[0]) {
                    found.retainAll(confirmed);
                } else {
                    found.addAll(confirmed);
                }
                any[0] = true;
            }
            return entry;
        });
        return any[0] ? found : null;
    }

    /// Whether none is under way, and nobody waits.
    boolean isEmpty() {
        return entries.isEmpty();
    }

    /// Runs a task once, when there is news of the writes to a repository; at once, if none is under way.
    ///
    /// @return takes it back
    Runnable onNews(RepositoryKey key, Runnable task) {
        boolean[] added = {false};
        entries.computeIfPresent(key, (_, entry) -> {
            added[0] = entry.waiting.add(task);
            return entry;
        });
        if (!added[0]) {
            task.run();
        }
        return () -> entries.computeIfPresent(key, (_, entry) -> {
            entry.waiting.remove(task);
            return entry.confirmed.isEmpty() && entry.waiting.isEmpty() ? null : entry;
        });
    }
}
