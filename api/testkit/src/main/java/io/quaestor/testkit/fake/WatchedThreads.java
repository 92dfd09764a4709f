package io.quaestor.testkit.fake;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/// Virtual threads of a test, which sees when all of them have come to rest.
///
/// ```java
/// var clock = new ManualClock();
/// var threads = new WatchedThreads();
/// worker.start(clock, threads);
/// while (!clock.advanceIf(threads::rest, Duration.ofSeconds(5))) {
///     Thread.onSpinWait();
/// }
/// ```
///
/// **Threads:** any.
@API(status = EXPERIMENTAL, since = "0.1")
public final class WatchedThreads implements ThreadFactory {

    private final List<Thread> running = new CopyOnWriteArrayList<>();
    private final AtomicInteger made = new AtomicInteger();

    @Override
    public Thread newThread(Runnable task) {
        made.incrementAndGet();
        running.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
        var thread = Thread.ofVirtual().unstarted(task);
        running.add(thread);
        return thread;
    }

    /// How many were ever made.
    public int count() {
        return made.get();
    }

    /// Those of a name that have not ended.
    public Stream<Thread> named(String name) {
        return running.stream().filter(thread -> thread.getName().equals(name) && !hasEnded(thread));
    }

    /// Whether all have ended.
    public boolean haveEnded() {
        return running.stream().allMatch(WatchedThreads::hasEnded);
    }

    /// Whether each has ended, or waits for the clock, for another thread, or for the test. Looks twice, since who was looked
    /// at may be woken by who is looked at later; and whoever waits for a thread that began meanwhile does not rest.
    public boolean rest() {
        int before = made.get();
        return Stream.concat(running.stream(), running.stream()).allMatch(WatchedThreads::rests) && made.get() == before;
    }

    private static boolean rests(Thread thread) {
        return switch (thread.getState()) {
            case TERMINATED, WAITING, TIMED_WAITING -> true;
            case NEW, RUNNABLE, BLOCKED -> false; // nobody is blocked for long
        };
    }

    private static boolean hasEnded(Thread thread) {
        return thread.getState() == Thread.State.TERMINATED;
    }
}
