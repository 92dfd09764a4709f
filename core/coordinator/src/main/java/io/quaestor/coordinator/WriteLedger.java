package io.quaestor.coordinator;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.plugin.Clock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Records writes in groups: whatever arrives while a commit is under way goes into the next one, and a lone write waits
/// for nobody. The first writer of a group commits for all of it.
///
/// A group has at most one record of each repository, first come first served, and is bounded by the bytes of the
/// notification that it causes. What fails for a group fails for all of it: a store records what it can, one by one
/// (see [io.quaestor.spi.datastore.Repositories#record]), so only the datastore itself can fail.
///
/// While the datastore is away a group is tried again, as long as it is known that nothing was changed. Whoever has
/// waited for the limit when a group fails, fails with it; so nobody waits once for each group before.
///
/// **Threads:** virtual threads. **Blocking:** until the record is durable, or for about the limit.
public final class WriteLedger {

    /// PostgreSQL takes at most 7,999 bytes in a notification and fails the commit above that (DS 1.5).
    private static final int NOTIFICATION_BYTES = 7_400;

    /// Quotes, comma and blank for each path in the notification (DS 1.5).
    private static final int NOTIFICATION_OVERHEAD = 4;

    /// How long a record is tried while the datastore is away (RT 4.7: the finalizer has 30 s).
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Supplier<Datastore> datastore;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private final AtomicInteger announced = new AtomicInteger();
    private boolean committing;

    public WriteLedger(Supplier<Datastore> datastore, Clock clock) {
        this.datastore = datastore;
        this.clock = clock;
    }

    /// A record that is going to be made; closed when it was.
    public interface Announcement extends AutoCloseable {
        @Override
        void close();
    }

    /// Says that a record is going to be made. **Threads:** any. **Blocking:** never; the announcement is closed on a
    /// virtual thread.
    public Announcement announce() {
        announced.incrementAndGet();
        return () -> {
            announced.decrementAndGet();
            lock.lock(); // a waiter is either before its check, or waits for the signal
            try {
                progress.signalAll();
            } finally {
                lock.unlock();
            }
        };
    }

    /// Waits until no record is announced.
    ///
    /// @return `false` if the time was over before
    public boolean awaitIdle(Duration limit) throws InterruptedException {
        long deadline = clock.nanos() + limit.toNanos();
        lock.lock();
        try {
            while (announced.get() > 0) {
                long left = deadline - clock.nanos();
                if (left <= 0) {
                    return false;
                }
                clock.await(progress, Duration.ofNanos(left));
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Records one write. An interruption does not stop it: the nodes have written already.
    ///
    /// @return what came of it
    /// @throws DatastoreException if it could not be recorded within the limit
    public WriteResult record(WriteRecord record) {
        var entry = new Entry(record, clock.nanos() + LIMIT.toNanos());
        lock.lock();
        try {
            waiting.add(entry);
            while (entry.result == null && entry.failure == null) {
                if (committing) {
                    progress.awaitUninterruptibly(); // whoever commits signals within its own limit
                } else {
                    commitNext();
                }
            }
        } finally {
            lock.unlock();
        }
        return switch (entry.failure) {
            case null -> Objects.requireNonNull(entry.result);
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e); // nobody throws it
        };
    }

    /// Commits the next group. Called with the lock, which is given up meanwhile. Whatever happens, everybody in the
    /// group has a result or a failure afterwards.
    private void commitNext() {
        var group = nextGroup();
        committing = true;
        lock.unlock();
        List<WriteResult> results = List.of();
        Throwable failure = null;
        try {
            results = commit(group);
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            lock.lock();
            committing = false;
        }
        for (int i = 0; i < group.size(); i++) {
            if (failure == null) {
                group.get(i).result = results.get(i);
            } else {
                group.get(i).failure = failure;
            }
        }
        if (failure instanceof DatastoreUnavailableException e) {
            failOverdue(e);
        }
        progress.signalAll();
    }

    private void failOverdue(DatastoreUnavailableException cause) {
        long now = clock.nanos();
        for (var it = waiting.iterator(); it.hasNext(); ) {
            var entry = it.next();
            if (now - entry.deadline >= 0) {
                entry.failure = DatastoreUnavailableException.unchanged("not recorded within " + LIMIT, cause);
                it.remove();
            }
        }
    }

    private List<Entry> nextGroup() {
        var group = new ArrayList<Entry>();
        var repositories = new HashSet<RepositoryId>();
        int bytes = 0;
        for (var it = waiting.iterator(); it.hasNext(); ) {
            var entry = it.next();
            int size = entry.record.key().relativePath().getBytes(StandardCharsets.UTF_8).length
                    + NOTIFICATION_OVERHEAD;
            if (!group.isEmpty() && bytes + size > NOTIFICATION_BYTES) {
                break;
            }
            if (repositories.add(entry.record.id())) {
                group.add(entry);
                bytes += size;
                it.remove();
            }
        }
        return group;
    }

    private List<WriteResult> commit(List<Entry> group) {
        var records = group.stream().map(e -> e.record).toList();
        long deadline = group.getLast().deadline; // whoever came last has as much time as the others had
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    var results = List.copyOf(datastore.get().repositories().record(records));
                    if (results.size() != records.size()) {
                        throw new IllegalStateException("the datastore gave " + results.size() + " results for "
                                + records.size() + " records");
                    }
                    return results;
                } catch (DatastoreUnavailableException e) {
                    // only what is known to have changed nothing may be tried again: a second count is a second write
                    if (!e.outcomeKnown() || clock.nanos() - deadline >= 0) {
                        throw e;
                    }
                    interrupted |= !pause();
                } catch (InterruptedException e) { // nothing was changed, see Datastore
                    if (clock.nanos() - deadline >= 0) {
                        throw DatastoreUnavailableException.unchanged("interrupted for " + LIMIT, e);
                    }
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean pause() {
        try {
            clock.sleep(PAUSE);
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    private static final class Entry {
        final WriteRecord record;

        /// By the clock that only goes forward.
        final long deadline;

        @Nullable WriteResult result;
        @Nullable Throwable failure;

        Entry(WriteRecord record, long deadline) {
            this.record = record;
            this.deadline = deadline;
        }
    }
}
