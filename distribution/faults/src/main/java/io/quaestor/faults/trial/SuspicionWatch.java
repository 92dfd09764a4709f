package io.quaestor.faults.trial;

import io.quaestor.faults.cluster.ProxyClient;
import io.quaestor.faults.load.Subject;
import io.quaestor.faults.system.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;

/// Asks the proxies all the time whether a repository is suspect, and for how long. A thread for each proxy, since one may
/// hang.
final class SuspicionWatch {

    private static final Duration PAUSE = Duration.ofMillis(150);

    private final Ticker ticker;
    private final List<Thread> watchers = new ArrayList<>();
    private final Map<Subject, Long> suspectFrom = new HashMap<>();
    private Duration longest = Duration.ZERO;
    private volatile boolean stopped;

    private SuspicionWatch(Ticker ticker) {
        this.ticker = ticker;
    }

    static SuspicionWatch start(
            List<Subject> subjects, List<ProxyClient> proxies, Ticker ticker, ThreadFactory threads) {
        var watch = new SuspicionWatch(ticker);
        for (var proxy : proxies) {
            watch.watchers.add(threads.newThread(() -> watch.run(subjects, proxy)));
        }
        watch.watchers.forEach(Thread::start);
        return watch;
    }

    /// Ends the watch.
    ///
    /// @return how long a repository was suspect without a pause, at the most
    Duration stop() throws InterruptedException {
        stopped = true;
        for (var watcher : watchers) {
            watcher.join();
        }
        synchronized (this) {
            return longest;
        }
    }

    private void run(List<Subject> subjects, ProxyClient proxy) {
        try {
            while (!stopped) {
                for (var subject : subjects) {
                    proxy.state(subject.name()).ifPresent(state -> note(subject, state.isSuspect()));
                }
                ticker.pause(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void note(Subject subject, boolean isSuspect) {
        var from = suspectFrom.get(subject);
        if (isSuspect) {
            suspectFrom.putIfAbsent(subject, ticker.nanos());
        } else {
            suspectFrom.remove(subject);
        }
        if (from != null) {
            var lasted = ticker.since(from);
            longest = lasted.compareTo(longest) > 0 ? lasted : longest;
        }
    }
}
