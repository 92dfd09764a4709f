package io.quaestor.simulation.engine;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/// Runs everything, on the thread of the test: virtual threads, event loops and timers. Who is next is chance, from the
/// seed; time passes only when nobody can run.
public final class Scheduler {

    /// How often a task is not run when it could be, as if its processor were busy, and for how long at the most.
    private static final double HELD_UP_PERCENT = 1;

    private static final int HELD_UP_MILLIS = 200;

    private static final Method NEW_VIRTUAL_THREAD = newVirtualThread();

    private final Chance chance;
    private final Trace trace = new Trace();
    private final List<Task> ready = new ArrayList<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::due).thenComparingLong(Timer::number));
    private final Consumer<Throwable> defects;
    private final Thread home = Thread.currentThread();
    private long now;
    private long timerNumber;
    private long steps;

    private record Task(Owner owner, Runnable work) {}

    private static final class Timer {
        final long due;
        final long number;
        final Owner owner;
        final Runnable work;
        boolean takenBack;

        Timer(long due, long number, Owner owner, Runnable work) {
            this.due = due;
            this.number = number;
            this.owner = owner;
            this.work = work;
        }

        long due() {
            return due;
        }

        long number() {
            return number;
        }

        void fire() {
            if (!takenBack) {
                work.run();
            }
        }
    }

    /// @param defects hears of what a thread did not expect
    public Scheduler(Chance chance, Consumer<Throwable> defects) {
        this.chance = chance;
        this.defects = defects;
    }

    public long nanos() {
        return now;
    }

    /// How much was done so far.
    public long steps() {
        return steps;
    }

    public Trace trace() {
        return trace;
    }

    /// Takes down what happens.
    public void trace(String line) {
        trace.add(now / 1000 + " " + line);
    }

    /// Something that can be done now. A task from any other thread, the JVM's own included, would come at a time that is
    /// not the seed's.
    public void ready(Owner owner, Runnable work) {
        var current = Thread.currentThread();
        if (current != home && !current.isVirtual()) {
            defects.accept(new IllegalStateException("a task comes from " + current));
        }
        ready.add(new Task(owner, work));
    }

    /// Something to be done later.
    ///
    /// @return takes it back
    public Runnable after(Duration delay, Owner owner, Runnable work) {
        var timer = new Timer(now + delay.toNanos(), timerNumber++, owner, work);
        timers.add(timer);
        return () -> timer.takenBack = true;
    }

    /// Makes virtual threads that run here.
    public ThreadFactory threads(Owner owner) {
        Executor executor = task -> ready(owner, task);
        return work -> {
            try {
                var thread = (Thread) NEW_VIRTUAL_THREAD.invoke(null, executor, null, 0, work);
                thread.setUncaughtExceptionHandler((_, defect) -> defects.accept(defect));
                return thread;
            } catch (ReflectiveOperationException e) {
                throw new AssertionError("virtual threads cannot be made", e);
            }
        };
    }

    /// Does one thing.
    ///
    /// @return `false` if nothing will ever happen again
    public boolean step() {
        steps++;
        if (!ready.isEmpty()) {
            int index = chance.below(ready.size());
            var task = ready.set(index, ready.getLast());
            ready.removeLast();
            if (task.owner().isRunning() && chance.percent(HELD_UP_PERCENT)) {
                after(chance.millis(0, HELD_UP_MILLIS), task.owner(), task.work());
            } else {
                run(task.owner(), task.work());
            }
            return true;
        }
        var timer = timers.poll();
        while (timer != null && (timer.takenBack || timer.owner.isDead())) {
            timer = timers.poll();
        }
        if (timer == null) {
            return false;
        }
        now = Math.max(now, timer.due);
        run(timer.owner, timer::fire);
        return true;
    }

    private static void run(Owner owner, Runnable work) {
        if (owner.isPaused()) {
            owner.defer(work);
        } else if (!owner.isDead()) {
            work.run();
        }
    }

    /// The JDK has no public way to give virtual threads another scheduler.
    private static Method newVirtualThread() {
        try {
            var method = Class.forName("java.lang.ThreadBuilders")
                    .getDeclaredMethod("newVirtualThread", Executor.class, String.class, int.class, Runnable.class);
            method.setAccessible(true);
            return method;
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
