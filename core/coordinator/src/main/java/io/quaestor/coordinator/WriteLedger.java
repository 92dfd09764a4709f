package io.quaestor.coordinator;

import io.quaestor.coordinator.GroupCommit.Gathering;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Records writes in groups, see [GroupCommit].
///
/// A group has at most one record of each repository, first come first served, and is bounded by the bytes of the
/// notification that it causes. A store records what it can, one by one
/// (see [io.quaestor.spi.datastore.Repositories#record]), so only the datastore itself can fail.
///
/// A commit in doubt is made again where every record ends an intent, which counts once; otherwise a second count would
/// be a second write.
///
/// **Threads:** virtual threads. **Blocking:** until the record is durable, or for about the limit.
public final class WriteLedger {

    /// Quotes, comma and blank for each path in the notification (DS 1.5).
    private static final int NOTIFICATION_OVERHEAD = 4;

    /// How long a record is tried while the datastore is away (RT 4.7: the finalizer has 30 s).
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Clock clock;
    private final GroupCommit<WriteRecord, WriteResult> commits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final AtomicInteger announced = new AtomicInteger();

    public WriteLedger(Supplier<Datastore> datastore, Clock clock) {
        this.clock = clock;
        commits = new GroupCommit<>(
                Notification::new,
                records -> datastore.get().repositories().record(records),
                records -> records.stream().allMatch(r -> r.intent().isPresent()),
                LIMIT,
                clock);
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
    /// @throws io.quaestor.spi.datastore.DatastoreException if it could not be recorded within the limit
    public WriteResult record(WriteRecord record) {
        return commits.submit(record);
    }

    /// What fits into one notification.
    private static final class Notification implements Gathering<WriteRecord> {

        private final Set<RepositoryId> repositories = new HashSet<>();
        private int bytes;

        @Override
        public Fit offer(WriteRecord record) {
            int size = NotifiedPath.bytes(record.key().relativePath()) + NOTIFICATION_OVERHEAD;
            if (!repositories.isEmpty() && bytes + size > NotifiedPath.MOST_BYTES) {
                return Fit.FULL;
            }
            if (!repositories.add(record.id())) {
                return Fit.LATER;
            }
            bytes += size;
            return Fit.TAKEN;
        }
    }
}
