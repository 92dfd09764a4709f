package io.quaestor.coordinator;

import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Threads that have their writes recorded by one ledger.
final class Writers {

    private static final StorageName G1 = new StorageName("g1");

    private final WriteLedger ledger;
    private final List<Thread> threads = new ArrayList<>();

    Writers(WriteLedger ledger) {
        this.ledger = ledger;
    }

    CompletableFuture<WriteResult> write(String path, long id) {
        return write(path, id, "");
    }

    CompletableFuture<WriteResult> write(String path, long id, String correlationId) {
        return write(record(path, id, correlationId, Optional.empty()));
    }

    CompletableFuture<WriteResult> write(WriteRecord record) {
        var result = new CompletableFuture<WriteResult>();
        threads.add(Thread.ofPlatform().daemon().start(() -> {
            try {
                result.complete(ledger.record(record));
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        }));
        return result;
    }

    /// Waits until so many of the writers wait for others, besides the one whose group is under way.
    void awaitWaiting(int count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (threads.stream().filter(t -> t.getState() == Thread.State.WAITING).count() < count + 1) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the writers do not wait");
            }
            Thread.onSpinWait();
        }
    }

    static WriteRecord record(String path, long id, String correlationId, Optional<IntentId> intent) {
        return new WriteRecord.Update(
                new RepositoryId(id),
                new RepositoryKey(new VirtualStorage("default"), path),
                G1,
                Set.of(G1),
                Set.of(),
                correlationId,
                intent);
    }

    static DatastoreUnavailableException unchanged() {
        return DatastoreUnavailableException.unchanged("away", new IOException("away"));
    }

    static <T> T await(CompletableFuture<T> future) throws InterruptedException, TimeoutException {
        try {
            return future.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw new AssertionError(e);
            }
        }
    }
}
