package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.datastore.Placements;
import io.quaestor.spi.datastore.Primaries;
import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.datastore.RepositoryNotFoundException;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The connection of one proxy to the [MemoryTables] that all share.
final class MemorySession implements Placements, Primaries {

    private final MemoryTables tables;
    private final AtomicReference<@Nullable PlacementListener> listener = new AtomicReference<>();
    private volatile boolean closed;

    MemorySession(MemoryTables tables) {
        this.tables = tables;
    }

    MemoryTables tables() {
        return tables;
    }

    <T> T run(Supplier<T> work) throws InterruptedException {
        if (closed) {
            throw DatastoreUnavailableException.unchanged("datastore is closed", new IOException("closed"));
        }
        return tables.changing(work);
    }

    void close() {
        closed = true;
        PlacementListener watching = listener.getAndSet(null);
        if (watching != null) {
            tables.listeners.remove(watching);
        }
    }

    @Override
    public Optional<Placement> find(RepositoryKey key) throws InterruptedException {
        return run(() -> tables.find(key).map(tables::placement));
    }

    @Override
    public Optional<Placement> find(RepositoryId id) throws InterruptedException {
        return run(() -> tables.find(id).map(tables::placement));
    }

    @Override
    public void watch(PlacementListener watching) {
        if (!listener.compareAndSet(null, watching)) {
            throw new IllegalStateException("somebody listens already");
        }
        tables.listeners.add(watching);
        watching.connected();
    }

    @Override
    public boolean replace(PrimaryChange change) throws InterruptedException {
        return run(() -> {
            MemoryRepository repository = tables.find(change.repository())
                    .orElseThrow(() -> new RepositoryNotFoundException(change.repository()));
            if (!repository.primary.equals(change.expected())
                    || repository.generation != change.generation().value()
                    || !repository.isUpToDate(change.primary())
                    || tables.writes.suspectSince(change.repository()).isPresent()) {
                return false;
            }
            repository.primary = Optional.of(change.primary());
            tables.touch(repository.key);
            return true;
        });
    }
}
