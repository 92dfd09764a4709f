package io.quaestor.simulation.engine;

import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;

/// The time of a simulation. The only timed waits that may be used in it: those of the JDK would wait for real.
public final class SimulatedClock implements Clock {

    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private final Scheduler scheduler;
    private final Owner owner;
    private Duration wrong;

    /// One that is right.
    public SimulatedClock(Scheduler scheduler, Owner owner) {
        this(scheduler, owner, Duration.ZERO);
    }

    /// @param wrong by how much the wall clock is ahead
    public SimulatedClock(Scheduler scheduler, Owner owner, Duration wrong) {
        this.scheduler = scheduler;
        this.owner = owner;
        this.wrong = wrong;
    }

    /// The wall clock is set to another time, as after a machine was moved.
    public void jump(Duration ahead) {
        wrong = wrong.plus(ahead);
    }

    @Override
    public Instant now() {
        return START.plusNanos(scheduler.nanos()).plus(wrong);
    }

    @Override
    public long nanos() {
        return scheduler.nanos();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        var thread = Thread.currentThread();
        var over = new boolean[1];
        var cancel = scheduler.after(duration.isNegative() ? Duration.ZERO : duration, owner, () -> {
            over[0] = true;
            LockSupport.unpark(thread);
        });
        while (!over[0]) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                cancel.run();
                throw new InterruptedException();
            }
        }
    }

    /// Only who holds its lock can signal a condition, and that lock is not known here. So the end of the time is an
    /// interruption that nobody else sees.
    @Override
    public boolean await(Condition condition, Duration atMost) throws InterruptedException {
        if (!atMost.isPositive()) {
            return false;
        }
        var thread = Thread.currentThread();
        var over = new boolean[1];
        var cancel = scheduler.after(atMost, owner, () -> {
            if (!thread.isInterrupted()) { // otherwise somebody else's interruption ends the wait
                over[0] = true;
                thread.interrupt();
            }
        });
        try {
            condition.await();
            if (over[0]) {
                Thread.interrupted(); // signalled before, interrupted after
            }
            return true;
        } catch (InterruptedException e) {
            if (over[0]) {
                return false;
            }
            throw e;
        } finally {
            cancel.run();
        }
    }
}
