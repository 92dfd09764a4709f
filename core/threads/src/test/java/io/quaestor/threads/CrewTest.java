package io.quaestor.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.testkit.fake.ManualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CrewTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ManualClock clock = new ManualClock();
    private final Crew crew = new Crew(clock, Thread.ofVirtual().factory());

    @Test
    void nobodyStartsInAClosedCrew() {
        crew.close();

        assertThat(crew.start("late", () -> {})).isFalse();
    }

    @Test
    void theEndOfAllIsAwaited() throws InterruptedException {
        var began = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            crew.start("sleeper", () -> sleepUntilInterrupted(began));
        }
        began.await();

        crew.close();
        crew.interrupt();

        assertThat(crew.awaitEnd(LIMIT)).isTrue();
    }

    @Test
    void theWaitForTheEndHasALimit() throws InterruptedException {
        var mayEnd = new CountDownLatch(1);
        crew.start("stubborn", () -> awaitStubbornly(mayEnd));
        var answer = new AtomicReference<Boolean>();
        var stopper = Thread.startVirtualThread(() -> {
            try {
                answer.set(crew.awaitEnd(LIMIT));
            } catch (InterruptedException _) {
                // the answer stays empty
            }
        });

        clock.awaitWaiters(1);
        clock.advance(LIMIT);
        stopper.join();

        assertThat(answer.get()).isFalse();
        mayEnd.countDown();
    }

    @Test
    void aThreadThatEndsByADefectIsGone() throws InterruptedException {
        crew.start("faulty", () -> {
            throw new IllegalStateException("defect");
        });

        assertThat(crew.awaitEnd(LIMIT)).isTrue();
    }

    @Test
    void anErrorThatEndsAThreadIsNotLeftToTheThread() throws InterruptedException {
        var left = new LinkedBlockingQueue<Throwable>();
        var thread = new AtomicReference<Thread>();
        var factory = Thread.ofVirtual().uncaughtExceptionHandler((_, e) -> left.add(e)).factory();
        var watched = new Crew(clock, work -> {
            thread.set(factory.newThread(work));
            return thread.get();
        });

        watched.start("faulty", () -> {
            throw new NoClassDefFoundError("defect");
        });
        thread.get().join();

        assertThat(left).isEmpty();
        assertThat(watched.awaitEnd(LIMIT)).isTrue();
    }

    @Test
    void aCallWithinItsLimitAnswers() throws Exception {
        assertThat(crew.<String, RuntimeException>within(LIMIT, () -> "answer")).isEqualTo("answer");
    }

    @Test
    void aCallThatFailsWithinItsLimitFailsAsItDid() {
        assertThatThrownBy(() -> crew.within(LIMIT, () -> {
                    throw new IllegalStateException("refused");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("refused");
    }

    @Test
    void aCallBeyondItsLimitIsInterruptedAndTheInterruptionIsTakenBack() throws InterruptedException {
        var failure = new AtomicReference<Throwable>();
        var interrupted = new AtomicReference<Boolean>();
        var caller = Thread.startVirtualThread(() -> {
            try {
                crew.within(LIMIT, CrewTest::hang);
            } catch (Exception e) {
                failure.set(e);
            }
            interrupted.set(Thread.currentThread().isInterrupted());
        });

        clock.awaitWaiters(1);
        clock.advance(LIMIT);
        caller.join();

        assertThat(failure.get()).isInstanceOf(TimeLimitException.class).hasMessage("not done within 5000 ms");
        assertThat(interrupted.get()).isFalse();
    }

    @Test
    void anInterruptionFromElsewhereIsPassedOn() throws InterruptedException {
        var failure = new AtomicReference<Throwable>();
        var caller = Thread.startVirtualThread(() -> {
            try {
                crew.within(LIMIT, CrewTest::hang);
            } catch (Exception e) {
                failure.set(e);
            }
        });

        clock.awaitWaiters(1);
        caller.interrupt();
        caller.join();

        assertThat(failure.get()).isInstanceOf(InterruptedException.class);
    }

    private static String hang() throws InterruptedException {
        return new CountDownLatch(1).await(1, TimeUnit.HOURS) ? "woken" : "slept";
    }

    private static void sleepUntilInterrupted(CountDownLatch began) {
        began.countDown();
        try {
            hang();
        } catch (InterruptedException _) {
            // that is what it waits for
        }
    }

    private static void awaitStubbornly(CountDownLatch mayEnd) {
        while (mayEnd.getCount() > 0) {
            try {
                mayEnd.await();
            } catch (InterruptedException _) {
                // goes on
            }
        }
    }
}
