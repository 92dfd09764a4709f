package io.quaestor.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ManualClockTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition bell = lock.newCondition();
    private boolean rung;

    @Test
    void standsStillUntilItIsMoved() {
        assertThat(clock.now()).isEqualTo(ManualClock.START);
        assertThat(clock.now()).isEqualTo(ManualClock.START);

        clock.advance(SECOND);

        assertThat(clock.now()).isEqualTo(ManualClock.START.plusSeconds(1));
        assertThat(clock.nanos()).isEqualTo(1_000_000_000L);
    }

    @Test
    void aJumpOfTheWallClockIsNoDuration() {
        clock.jump(Duration.ofHours(-1));

        assertThat(clock.now()).isEqualTo(ManualClock.START.minusSeconds(3600));
        assertThat(clock.nanos()).isZero();
    }

    @Test
    void aSleeperGoesOnWhenItsTimeIsOverAndNotBefore() throws Exception {
        var sleeper = run(() -> {
            clock.sleep(SECOND.multipliedBy(2));
            return true;
        });
        clock.awaitWaiters(1);

        clock.advance(SECOND);
        clock.awaitWaiters(1);
        assertThat(sleeper).isNotDone();
        clock.advance(SECOND);

        sleeper.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aWaiterWhoseTimeIsOverIsTold() throws Exception {
        var waiter = run(this::waitForTheBell);
        clock.awaitWaiters(1);

        clock.advance(SECOND);

        assertThat(waiter.get(10, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void aSignalEndsAWaitWithoutTime() throws Exception {
        var waiter = run(this::waitForTheBell);
        clock.awaitWaiters(1);

        lock.lock();
        try {
            rung = true;
            bell.signal();
        } finally {
            lock.unlock();
        }

        assertThat(waiter.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(clock.nanos()).isZero();
    }

    /// As everybody has to wait for a condition: it may wake without a reason.
    private boolean waitForTheBell() throws InterruptedException {
        long due = clock.nanos() + SECOND.toNanos();
        lock.lock();
        try {
            while (!rung) {
                if (!clock.await(bell, Duration.ofNanos(due - clock.nanos()))) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Test
    void aWaitWithoutTimeIsOverAtOnce() throws Exception {
        lock.lock();

        assertThat(clock.await(bell, Duration.ZERO)).isFalse();
        clock.sleep(Duration.ofSeconds(-1));
    }

    @Test
    void interruptionEndsASleep() throws Exception {
        var interrupted = new CompletableFuture<Boolean>();
        Thread sleeper = Thread.ofVirtual().start(() -> {
            try {
                clock.sleep(SECOND);
                interrupted.complete(false);
            } catch (InterruptedException _) {
                interrupted.complete(true);
            }
        });
        clock.awaitWaiters(1);

        sleeper.interrupt();

        assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tasksRunInOrderEachAtItsTime() {
        var told = new ArrayList<String>();
        clock.schedule(SECOND.multipliedBy(2), () -> told.add("second at " + clock.nanos() / 1_000_000_000));
        clock.schedule(SECOND, () -> {
            told.add("first at " + clock.nanos() / 1_000_000_000);
            clock.schedule(SECOND.multipliedBy(2), () -> told.add("third at " + clock.nanos() / 1_000_000_000));
        });
        Runnable cancel = clock.schedule(SECOND, () -> told.add("never"));
        cancel.run();

        clock.advance(SECOND.multipliedBy(3));

        assertThat(told).containsExactly("first at 1", "second at 2", "third at 3");
        assertThat(clock.scheduled()).isZero();
    }

    @Test
    void isSettledWhenEverybodyHasGoneOnWhoseTimeHasCome() throws Exception {
        var rung = run(() -> {
            lock.lock();
            try {
                return clock.await(bell, SECOND);
            } finally {
                lock.unlock();
            }
        });
        clock.awaitWaiters(1);
        assertThat(clock.isSettled(() -> true)).isTrue();

        lock.lock(); // so the waiter cannot go on
        try {
            clock.advance(SECOND);
            assertThat(clock.isSettled(() -> true)).isFalse();
        } finally {
            lock.unlock();
        }

        assertThat(rung.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(clock.isSettled(() -> true)).isTrue();
    }

    @Test
    void isNotSettledWhileSomebodyComesToIt() throws Exception {
        var coming = new Thread(clock::nanos);

        boolean settled = clock.isSettled(() -> {
            coming.start();
            awaitWaiting(coming);
            return true;
        });

        coming.join();
        assertThat(settled).isFalse();
        assertThat(clock.isSettled(() -> true)).isTrue();
    }

    @Test
    void isMovedOnlyWhenAllRest() {
        var told = new ArrayList<Long>();
        clock.schedule(SECOND, () -> told.add(clock.nanos()));

        assertThat(clock.advanceIf(() -> false, SECOND.multipliedBy(2))).isFalse();
        assertThat(clock.nanos()).isZero();
        assertThat(clock.advanceIf(() -> true, SECOND.multipliedBy(2))).isTrue();
        assertThat(clock.nanos()).isEqualTo(2_000_000_000L);
        assertThat(told).containsExactly(1_000_000_000L);
    }

    @Test
    void isNotMovedWhileSomebodyWakesByItself() throws Exception {
        var rung = new FutureTask<>(() -> {
            lock.lock();
            try {
                return clock.await(bell, SECOND);
            } finally {
                lock.unlock();
            }
        });
        var waiter = new Thread(rung);
        waiter.start();
        clock.awaitWaiters(1);

        boolean moved = clock.advanceIf(
                () -> {
                    awaitWaiting(waiter); // it looks from time to time, and must wait for this to end
                    return true;
                },
                SECOND);

        assertThat(moved).isFalse();
        assertThat(clock.nanos()).isZero();
        clock.advance(SECOND);
        rung.get(10, TimeUnit.SECONDS);
    }

    @Test
    void nobodyWaitsIsSaidInsteadOfHanging() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> clock.awaitWaiters(1)).isInstanceOf(InterruptedException.class);
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    private static FutureTask<Boolean> run(Callable<Boolean> action) {
        var task = new FutureTask<>(action);
        Thread.ofVirtual().start(task);
        return task;
    }
}
