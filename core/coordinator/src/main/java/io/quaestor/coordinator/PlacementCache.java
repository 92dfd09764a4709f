package io.quaestor.coordinator;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.quaestor.routing.ReadPlacement;
import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.model.RepositoryKey;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// Keeps in memory where repositories are, so that a read needs no datastore.
///
/// An entry is only kept if nothing was heard of its repository between the moment before the datastore was asked and the
/// moment after the entry was stored. So an old answer cannot outlive the news that made it old (DS 4.6).
///
/// ```text
///  lost ──connected──▶ trusted    entries are kept and used
///   ▲                     │
///   └────────lost─────────┘       all are forgotten, none is kept
/// ```
///
/// **Threads:** any. **Blocking:** never.
public final class PlacementCache implements PlacementListener {

    /// More stripes mean fewer entries that are not kept because of news about another repository.
    private static final int STRIPES = 1 << 12;

    private final AtomicLongArray news = new AtomicLongArray(STRIPES);
    private final AtomicLong purges = new AtomicLong();
    private final Cache<RepositoryKey, ReadPlacement> entries;
    private volatile boolean trusted;

    /// @param limit how many repositories at the most (Praefect: 2,097,152 for each virtual storage, DS 4.1)
    public PlacementCache(long limit) {
        entries = Caffeine.newBuilder().maximumSize(limit).executor(Runnable::run).build();
    }

    /// What is known of a repository.
    ///
    /// @return `null` if the datastore has to be asked
    @Nullable ReadPlacement get(RepositoryKey key) {
        return entries.getIfPresent(key);
    }

    /// To be taken before the datastore is asked.
    Stamp stamp(RepositoryKey key) {
        return new Stamp(purges.get(), news.get(stripe(key)));
    }

    /// Keeps what the datastore said, unless there was news meanwhile.
    void put(ReadPlacement placement, Stamp stamp) {
        var key = placement.key();
        if (!trusted || !stamp.equals(stamp(key))) {
            return;
        }
        entries.put(key, placement);
        if (!trusted || !stamp.equals(stamp(key))) {
            entries.invalidate(key); // the news came while it was being stored
        }
    }

    @Override
    public void connected() {
        trusted = true;
    }

    @Override
    public void lost() {
        trusted = false;
        purges.incrementAndGet();
        entries.invalidateAll();
    }

    @Override
    public void changed(RepositoryKey key) {
        news.incrementAndGet(stripe(key));
        entries.invalidate(key);
    }

    private static int stripe(RepositoryKey key) {
        int hash = key.hashCode();
        return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }

    /// What had been heard at some moment.
    record Stamp(long purges, long news) {}
}
