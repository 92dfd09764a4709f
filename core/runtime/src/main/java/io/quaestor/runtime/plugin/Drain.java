package io.quaestor.runtime.plugin;

import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends instances that were replaced, when those who hold them are done.
final class Drain {

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /// No copy is given more time than this by those who ask for it, so one that is still under way then is lost.
    private static final Duration LONGEST_CALL = Duration.ofHours(1);

    /// What is left to a plug-in that is closed when the proxy stops.
    private static final Duration LAST_CALL = Duration.ofSeconds(10);

    private final Clock clock;
    private final ThreadFactory threads;
    private final Consumer<Instance> ended;
    private final Set<Thread> draining = ConcurrentHashMap.newKeySet();

    /// @param ended is told of each, on a thread of its own
    Drain(Clock clock, ThreadFactory threads, Consumer<Instance> ended) {
        this.clock = clock;
        this.threads = threads;
        this.ended = ended;
    }

    /// Ends instances after a time, or at once if this is closed meanwhile.
    void retire(Collection<Instance> instances, Duration drainTime) {
        for (Instance instance : instances) {
            Thread thread = threads.newThread(() -> end(instance, drainTime));
            draining.add(thread);
            thread.start();
        }
    }

    private void end(Instance instance, Duration drainTime) {
        try {
            clock.sleep(drainTime);
            if (!instance.calls().awaitNone(clock, LONGEST_CALL)) {
                LOG.atWarn().log("{} is closed although it is still at work", instance.offer());
            }
        } catch (InterruptedException _) {
            // the proxy stops: close it now; the thread ends anyway
        } finally {
            instance.close();
            ended.accept(instance);
            draining.remove(Thread.currentThread());
        }
    }

    /// Ends all that is left without more waiting.
    void close(Collection<Instance> rest) throws InterruptedException {
        retire(rest, Duration.ZERO);
        var threadsLeft = List.copyOf(draining);
        threadsLeft.forEach(Thread::interrupt);
        for (Thread thread : threadsLeft) {
            if (!thread.join(LAST_CALL)) {
                LOG.atWarn().log("a plug-in does not end within {} s", LAST_CALL.toSeconds());
            }
        }
    }
}
