package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.testkit.fake.ManualClock;
import io.quaestor.threads.Crew;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A process notices that it stood still, before it believes what it has in memory.
@Timeout(60)
class PulseTest {

    private static final Duration LIMIT = Duration.ofSeconds(4);

    private final ManualClock clock = new ManualClock();
    private final Crew crew = new Crew(clock, Thread.ofVirtual().factory());
    private final Pulse pulse = new Pulse(LIMIT, clock, crew);

    @AfterEach
    void stop() throws InterruptedException {
        crew.close();
        crew.interrupt();
        assertThat(crew.awaitEnd(LIMIT)).isTrue();
    }

    @Test
    void whoComesInTimeIsSteady() {
        var told = told();
        pulse.beat();

        clock.advance(LIMIT.minusNanos(1));
        assertThat(pulse.isSteady()).isTrue();
        pulse.beat();

        assertThat(told).isEmpty();
    }

    @Test
    void whoComesLateHasStoodStillUntilAllHaveBeenTold() {
        var told = told();
        pulse.beat();

        clock.advance(LIMIT);
        assertThat(pulse.isSteady()).isFalse();
        pulse.beat();

        assertThat(told).as("steady when it was told").containsExactly(false);
        assertThat(pulse.isSteady()).isTrue();
    }

    @Test
    void whatFailsIsToldAgainByTheNextBeat() throws InterruptedException {
        var told = new LinkedBlockingQueue<Integer>();
        pulse.addListener(() -> {
            told.add(told.size());
            if (told.size() == 1) {
                throw new NoClassDefFoundError("com/example/Gone");
            }
        });
        pulse.start();
        clock.awaitWaiters(1);
        clock.advance(LIMIT);

        clock.awaitWaiters(1);
        assertThat(pulse.isSteady()).isFalse();
        clock.advance(LIMIT);
        clock.awaitWaiters(1);

        assertThat(pulse.isSteady()).isTrue();
        assertThat(told).hasSize(2);
    }

    @Test
    void aWallClockThatJumpsIsASignOfIt() {
        pulse.beat();

        clock.jump(Duration.ofMillis(1999));
        assertThat(pulse.isSteady()).isTrue();
        clock.jump(Duration.ofMillis(1));
        assertThat(pulse.isSteady()).isFalse();
        clock.jump(Duration.ofSeconds(-4));
        assertThat(pulse.isSteady()).isFalse();
    }

    @Test
    void standingStillWhileItBeatsIsNoticedByTheNextBeat() {
        var told = new ArrayList<String>();
        pulse.addListener(() -> {
            told.add("told");
            clock.advance(LIMIT); // it stands still here
        });
        pulse.beat();
        clock.advance(LIMIT);

        pulse.beat();
        assertThat(pulse.isSteady()).isFalse();
        pulse.beat();

        assertThat(told).hasSize(2);
    }

    @Test
    void beatsByItselfUntilItIsStopped() throws InterruptedException {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        pulse.addListener(() -> told.add("told"));
        pulse.start();
        for (int i = 0; i < 10; i++) {
            clock.awaitWaiters(1);
            clock.advance(LIMIT.dividedBy(5));
        }
        clock.awaitWaiters(1);
        assertThat(told).isEmpty();

        clock.advance(LIMIT.multipliedBy(3));
        assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("told");
    }

    @Test
    void beforeTheStartNothingIsKnown() {
        assertThat(pulse.isSteady()).isTrue();
    }

    private List<Boolean> told() {
        var told = new ArrayList<Boolean>();
        pulse.addListener(() -> told.add(pulse.isSteady()));
        return told;
    }
}
