package io.quaestor.testkit.fake;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/// A clock that stands still until the test moves it; and with it all that waits.
///
/// ```java
/// var clock = new ManualClock();
/// Thread.startVirtualThread(() -> worker.run(clock)); // sleeps for 5 s
/// clock.awaitWaiters(1);
/// clock.advance(Duration.ofSeconds(5));               // the worker goes on
/// ```
///
/// **Threads:** any.
@API(status = EXPERIMENTAL, since = "0.1")
public final class ManualClock implements Clock {

    /// What [#now()] says at first.
    public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private static final Duration PATIENCE = Duration.ofSeconds(20); // of real time, for a test that hangs

    /// A condition can only be signalled by who holds its lock, and that lock is not known here; so a waiter looks by
    /// itself, in real time, whether the test has moved the clock.
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /// A signal that comes while the lock is taken again after a look is lost; so the caller looks by itself from time to
    /// time, as after a wake without a reason.
    private static final int MOST_LOOKS = 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::number));
    /// Until when each of the threads waits that wait now.
    private final List<Long> waiters = new ArrayList<>();

    private long nanos;
    private long wallOffset;
    private long taskNumber;

    /// Something to be done at a time.
    ///
    /// @param due    in nanoseconds of this clock
    /// @param number in which order those of one time were given
    private record Task(long due, long number, Runnable work) {}

    @Override
    public Instant now() {
        lock.lock();
        try {
            return START.plusNanos(nanos).plusNanos(wallOffset);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nanos() {
        lock.lock();
        try {
            return nanos;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (duration.isNegative() || duration.isZero()) {
            return;
        }
        lock.lockInterruptibly();
        try {
            long due = saturatedAdd(nanos, duration);
            enter(due);
            try {
                while (nanos < due) {
                    moved.await();
                }
            } finally {
                leave(due);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean await(Condition condition, Duration atMost) throws InterruptedException {
        long due = saturatedAdd(nanos(), atMost);
        enter(due);
        try {
            for (int looks = 0; nanos() < due; looks++) {
                if (condition.await(LOOK_NANOS, TimeUnit.NANOSECONDS) || looks == MOST_LOOKS) {
                    return true;
                }
            }
            return false;
        } finally {
            leave(due);
        }
    }

    /// Moves the time. Tasks that become due run on the calling thread, each at its own time and in order; sleepers and
    /// waiters whose time is over go on by themselves.
    public void advance(Duration duration) {
        long target = saturatedAdd(nanos(), duration);
        runUntil(target, nextDue(target));
    }

    /// Lets the wall clock jump, forward or back; durations do not notice.
    public void jump(Duration duration) {
        lock.lock();
        try {
            wallOffset += duration.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /// Does something when the test has moved the time so far.
    ///
    /// @return takes it back; nothing happens if it was done already
    public Runnable schedule(Duration delay, Runnable work) {
        lock.lock();
        try {
            Task task = new Task(saturatedAdd(nanos, delay), taskNumber++, work);
            tasks.add(task);
            return () -> cancel(task);
        } finally {
            lock.unlock();
        }
    }

    /// How many tasks are to come.
    public int scheduled() {
        lock.lock();
        try {
            return tasks.size();
        } finally {
            lock.unlock();
        }
    }

    /// Waits, in real time, until that many threads or more wait for this clock: for a time that
    /// has not come yet.
    ///
    /// @throws AssertionError if that takes too long
    public void awaitWaiters(int count) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = PATIENCE.toNanos();
            while (waiting() < count) {
                if (left <= 0) {
                    throw new AssertionError("only " + waiting() + " of " + count + " threads wait for the clock");
                }
                left = moved.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether everybody has gone on whose time has come, and all else rests. Nobody comes to this clock or leaves it while
    /// that is looked at.
    ///
    /// @param rest as [WatchedThreads#rest()]; it is asked while threads that come to this clock are held up
    public boolean isSettled(BooleanSupplier rest) {
        lock.lock();
        try {
            return waiters.stream().noneMatch(due -> due <= nanos)
                    && rest.getAsBoolean()
                    && !lock.hasQueuedThreads(); // it looks as if they waited, but they come or go
        } finally {
            lock.unlock();
        }
    }

    /// Moves the time as [#advance] does, but only if all is [settled][#isSettled]. Between that look and the move nobody
    /// wakes, or, where a task is due, between the look and that task: who waits looks by itself from time to time, and what
    /// it began at the old time would end at the new one.
    ///
    /// @return `false` if nothing was done
    public boolean advanceIf(BooleanSupplier rest, Duration duration) {
        Task first;
        long target;
        lock.lock();
        try {
            if (!isSettled(rest)) {
                return false;
            }
            target = saturatedAdd(nanos, duration);
            first = nextDue(target);
            if (first == null) {
                moveTo(target);
            }
        } finally {
            lock.unlock();
        }
        runUntil(target, first);
        return true;
    }

    /// Does one task after the other, and then moves the time so far.
    private void runUntil(long target, @Nullable Task first) {
        for (var task = first; task != null; task = nextDue(target)) {
            task.work().run();
        }
        moveTo(target);
    }

    private @Nullable Task nextDue(long target) {
        lock.lock();
        try {
            Task next = tasks.peek();
            if (next == null || next.due() > target) {
                return null;
            }
            tasks.remove(next);
            moveTo(Math.max(nanos, next.due()));
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void moveTo(long target) {
        lock.lock();
        try {
            nanos = Math.max(nanos, target);
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void cancel(Task task) {
        lock.lock();
        try {
            tasks.remove(task);
        } finally {
            lock.unlock();
        }
    }

    private void enter(long due) {
        lock.lock();
        try {
            waiters.add(due);
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void leave(long due) {
        lock.lock();
        try {
            waiters.remove(Long.valueOf(due));
        } finally {
            lock.unlock();
        }
    }

    private long waiting() {
        return waiters.stream().filter(due -> due > nanos).count();
    }

    private static long saturatedAdd(long nanos, Duration duration) {
        try {
            return Math.addExact(nanos, duration.toNanos());
        } catch (ArithmeticException _) {
            return Long.MAX_VALUE;
        }
    }
}
