package io.quaestor.threads;

import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The threads of one part of the proxy. They are started here, and end in order:
///
/// ```text
///  open ──close()──▶ closed: nobody starts any more ──interrupt()──▶ awaitEnd(limit)
/// ```
///
/// Waits go through the clock and threads come from the factory, so that a simulation can run a crew on one thread.
///
/// **Threads:** any.
public final class Crew {

    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);

    private final Clock clock;
    private final ThreadFactory threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final Set<Thread> workers = new LinkedHashSet<>();
    private volatile boolean closed;

    /// @param threads makes virtual threads
    public Crew(Clock clock, ThreadFactory threads) {
        this.clock = clock;
        this.threads = threads;
    }

    /// Something that answers and may fail.
    @FunctionalInterface
    public interface Call<T, E extends Exception> {

        T run() throws E, InterruptedException;
    }

    /// Starts a thread. How many there are is bounded by who starts them.
    ///
    /// @param name for people
    /// @return `false` if the crew is closed
    public boolean start(String name, Runnable work) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            var thread = threads.newThread(() -> run(name, work));
            thread.setName(name);
            workers.add(thread);
            thread.start();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Makes a call on the calling thread, and interrupts it when the limit is over. Also possible when the crew is
    /// closed, so that what must be put in order at the end has a limit too.
    ///
    /// An interruption from elsewhere that comes in the same moment as that of the limit may be lost with it: who is
    /// interrupted in order to stop also has a flag to look at.
    ///
    /// @throws TimeLimitException   if the limit was over and the call failed because of it
    /// @throws InterruptedException if the thread was interrupted by somebody else
    public <T, E extends Exception> T within(Duration limit, Call<T, E> call)
            throws E, TimeLimitException, InterruptedException {
        var alarm = new Alarm(clock, Thread.currentThread());
        var watcher = threads.newThread(() -> alarm.watch(limit));
        watcher.setName("time limit of " + Thread.currentThread().getName());
        watcher.start();
        try {
            return call.run();
        } catch (Exception e) {
            if (alarm.switchOff()) {
                throw new TimeLimitException(limit, e);
            }
            throw e;
        } finally {
            alarm.switchOff();
        }
    }

    /// From now on nobody starts.
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    public boolean isClosed() {
        return closed;
    }

    /// Interrupts everybody.
    public void interrupt() {
        lock.lock();
        try {
            List.copyOf(workers).forEach(Thread::interrupt);
        } finally {
            lock.unlock();
        }
    }

    /// Waits until everybody has ended.
    ///
    /// @return `false` if the time was over before
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        long began = clock.nanos();
        lock.lock();
        try {
            while (!workers.isEmpty()) {
                var left = limit.minusNanos(clock.nanos() - began);
                if (!left.isPositive()) {
                    return false;
                }
                clock.await(ended, left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void run(String name, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) { // nobody else would log it: a virtual thread only prints it
            LOG.error("thread {} ended by a defect", name, e);
        } finally {
            lock.lock();
            try {
                workers.remove(Thread.currentThread());
                ended.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
