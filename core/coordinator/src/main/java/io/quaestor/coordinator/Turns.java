package io.quaestor.coordinator;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.WriteTurn;
import io.quaestor.spi.datastore.WriteTurns;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets writes to one repository come one after another: first those of this proxy in the order of their coming, then the
/// first of them among all proxies, by the datastore. Whoever has waited too long goes on without a turn.
///
/// **Threads:** virtual threads. **Blocking:** for the limit at most.
final class Turns {

    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

    private final Supplier<Datastore> datastore;
    private final ProxyLease lease;
    private final Duration limit;
    private final Clock clock;
    private final Insistence insistence;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Map<RepositoryId, ArrayDeque<Long>> queues = new HashMap<>();

    Turns(Supplier<Datastore> datastore, ProxyLease lease, Duration limit, Clock clock, Insistence insistence) {
        this.datastore = datastore;
        this.lease = lease;
        this.limit = limit;
        this.clock = clock;
        this.insistence = insistence;
    }

    /// Waits for the turn of a write.
    ///
    /// @param holder which write; no other of this proxy has this number
    /// @return ends the turn; to be called once, on a virtual thread
    Runnable await(RepositoryId repository, long holder) throws InterruptedException {
        long deadline = clock.nanos() + limit.toNanos();
        enqueue(repository, holder);
        var taken = Optional.<WriteTurn>empty();
        try {
            if (isFirst(repository, holder, deadline)) {
                taken = take(repository, holder, deadline);
            }
        } catch (DatastoreException e) {
            LOG.warn("a write to repository {} goes on without its turn: {}", repository, e.getMessage());
        } finally {
            if (taken.isEmpty()) {
                leave(repository, holder);
            }
        }
        var mine = taken;
        return () -> mine.ifPresent(this::end);
    }

    private void enqueue(RepositoryId repository, long holder) {
        lock.lock();
        try {
            queues.computeIfAbsent(repository, _ -> new ArrayDeque<>()).add(holder);
        } finally {
            lock.unlock();
        }
    }

    private boolean isFirst(RepositoryId repository, long holder, long deadline) throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                var queue = queues.get(repository);
                if (queue != null && queue.getFirst() == holder) {
                    return true;
                }
                long left = deadline - clock.nanos();
                if (left <= 0) {
                    return false;
                }
                clock.await(moved, Duration.ofNanos(left));
            }
        } finally {
            lock.unlock();
        }
    }

    /// @return empty if others have it for too long, or nobody keeps turns
    private Optional<WriteTurn> take(RepositoryId repository, long holder, long deadline) throws InterruptedException {
        var pause = FIRST_PAUSE;
        while (true) {
            var turns = datastore.get().turns();
            var life = lease.life();
            if (turns.isEmpty() || life.isEmpty()) {
                return Optional.empty();
            }
            var turn = new WriteTurn(repository, life.get(), holder);
            if (isTaken(turns.get(), turn)) {
                return Optional.of(turn);
            }
            if (clock.nanos() - deadline >= 0) {
                return Optional.empty();
            }
            clock.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private boolean isTaken(WriteTurns turns, WriteTurn turn) throws InterruptedException {
        try {
            return turns.take(turn);
        } catch (DatastoreUnavailableException e) {
            if (!e.outcomeKnown()) { // it may be taken, and nobody would end it
                insistence.later(turn.life(), nameOfEnd(turn), () -> give(turn));
            }
            throw e;
        }
    }

    private void end(WriteTurn turn) {
        try {
            insistence.insist(turn.life(), nameOfEnd(turn), () -> give(turn));
        } finally {
            leave(turn.repository(), turn.holder());
        }
    }

    private void give(WriteTurn turn) throws InterruptedException {
        var turns = datastore.get().turns();
        if (turns.isPresent()) {
            turns.get().end(turn);
        }
    }

    private static String nameOfEnd(WriteTurn turn) {
        return "the end of a turn of repository " + turn.repository();
    }

    private void leave(RepositoryId repository, long holder) {
        lock.lock();
        try {
            queues.computeIfPresent(repository, (_, queue) -> {
                queue.remove(holder);
                return queue.isEmpty() ? null : queue;
            });
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
