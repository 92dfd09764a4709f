package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A row of [MemoryTables].
final class MemoryIntent {

    final IntentId id;
    final ProxyLife life;
    final boolean creation;
    final RepositoryId repository;
    final RepositoryKey key;

    /// Its number in its proxy.
    final long transaction;

    State state = State.OPEN;

    /// What its record was answered; null as long as there is none.
    @Nullable WriteResult result;

    /// Last written to.
    Instant changedAt;

    /// What became of it. One whose repository was removed has no row.
    enum State {
        OPEN,

        /// A creation that is open, but no longer reserves its name.
        ORPHANED,

        RECORDED,
        SETTLED,

        WITHDRAWN
    }

    MemoryIntent(
            IntentId id,
            ProxyLife life,
            boolean creation,
            RepositoryId repository,
            RepositoryKey key,
            long transaction,
            Instant openedAt) {
        this.id = id;
        this.life = life;
        this.creation = creation;
        this.repository = repository;
        this.key = key;
        this.transaction = transaction;
        this.changedAt = openedAt;
    }

    boolean isOpen() {
        return state == State.OPEN || state == State.ORPHANED;
    }

    boolean isUpdateOf(RepositoryId known) {
        return !creation && isOpen() && repository.equals(known);
    }

    /// Whether it keeps others from creating a repository of that name, if its life is living.
    boolean reserves(RepositoryKey name) {
        return creation && state == State.OPEN && key.equals(name);
    }
}
