package io.quaestor.coordinator;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.quaestor.routing.ReadPlacement;
import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.model.RepositoryKey;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps in memory where repositories are, so that a read needs no datastore.
///
/// An entry is only kept if nothing was heard of its repository between the moment before the datastore was asked and the
/// moment when the entry is stored, which is one step with that check. So an old answer is never seen after the news that
/// made it old (DS 4.6).
///
/// ```text
///  lost ──connected──▶ trusted    entries are kept and used; allChanged exchanges the table
///   ▲                     │
///   └────────lost─────────┘       all are forgotten, none is kept; a later table knows nothing of an earlier one
/// ```
///
/// A proxy that stood still hears late. So nothing is used until it knows that it is awake, and what it had before is
/// forgotten then ([Pulse]).
///
/// **Threads:** any. **Blocking:** never.
public final class PlacementCache implements PlacementListener {

    /// More stripes mean fewer entries that are not kept because of news about another repository.
    private static final int STRIPES = 1 << 12;

    private final AtomicLongArray news = new AtomicLongArray(STRIPES);
    private final long limit;
    private final BooleanSupplier awake;
    private volatile @Nullable Cache<RepositoryKey, ReadPlacement> entries;

    /// @param limit how many repositories at the most (Praefect: 2,097,152 for each virtual storage, DS 4.1)
    /// @param awake whether this proxy has not stood still; when it knows again, [#allChanged] is to be called before
    public PlacementCache(long limit, BooleanSupplier awake) {
        this.limit = limit;
        this.awake = awake;
    }

    /// What is known of a repository.
    ///
    /// @return `null` if the datastore has to be asked
    @Nullable ReadPlacement get(RepositoryKey key) {
        if (!awake.getAsBoolean()) { // first: a table that was exchanged meanwhile must not be used
            return null;
        }
        var table = entries;
        return table == null ? null : table.getIfPresent(key);
    }

    /// To be taken before the datastore is asked.
    Stamp stamp(RepositoryKey key) {
        return new Stamp(entries, news.get(stripe(key))); // in this order: the table first
    }

    /// Keeps what the datastore said, unless there was news meanwhile.
    void put(ReadPlacement placement, Stamp stamp) {
        var table = stamp.table();
        if (table == null) {
            return;
        }
        int stripe = stripe(placement.key());
        // under the lock of the entry, which `changed` needs too: news come either before the check or after the entry
        table.asMap().compute(placement.key(), (_, old) -> news.get(stripe) == stamp.news() ? placement : old);
    }

    @Override
    public synchronized void connected() {
        if (entries == null) {
            entries = newTable();
        }
    }

    @Override
    public synchronized void lost() {
        entries = null;
    }

    /// Nobody says what has changed: everything is forgotten.
    /// What the datastore was asked before is not kept when it answers.
    synchronized void allChanged() {
        if (entries != null) {
            entries = newTable();
        }
    }

    private Cache<RepositoryKey, ReadPlacement> newTable() {
        return Caffeine.newBuilder().maximumSize(limit).executor(Runnable::run).build();
    }

    @Override
    public void changed(RepositoryKey key) {
        news.incrementAndGet(stripe(key));
        var table = entries;
        if (table != null) {
            table.invalidate(key);
        }
    }

    private static int stripe(RepositoryKey key) {
        int hash = key.hashCode();
        return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }

    /// What had been heard at some moment.
    ///
    /// @param table where an entry of that moment belongs; `null` while none is kept
    record Stamp(@Nullable Cache<RepositoryKey, ReadPlacement> table, long news) {}
}
