package io.quaestor.health;

import io.quaestor.admin.HealthCode;
import io.quaestor.health.Verdict.Changed;
import io.quaestor.health.Verdict.NotBelieved;
import io.quaestor.spi.datastore.NodeHealth;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.threads.Crew;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this proxy sees of its nodes: asks each once a second, and hears of lost connections.
///
/// Each node is asked by itself, so one that hangs delays neither the others nor the news of them. One failed probe makes
/// a node unhealthy, one good probe makes it healthy again (RT 7.1); [NodeWatch] has the rules.
///
/// **Threads:** any, unless a method says otherwise.
public final class HealthMonitor {

    private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);

    private final HealthSettings settings;
    private final NodeProbe probe;
    private final Clock clock;
    private final Crew crew;
    private final HealthReporter reporter;
    private final List<HealthListener> listeners = new CopyOnWriteArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Map<NodeId, NodeWatch> watches = new LinkedHashMap<>();
    /// What is still to be told; no more than a few for each node, since it is emptied before a node is asked again.
    private final List<Change> untold = new ArrayList<>();
    private boolean reportTried;
    private long stallLoggedAt;

    private volatile Set<NodeId> healthy = Set.of();

    private record Change(NodeId node, boolean healthy, String reason) {}

    /// @param nodes    whom to ask, none twice
    /// @param settings how often
    /// @param probe    asks one node
    /// @param proxy    the name of this proxy in the datastore, the same after a restart (RT 7.2)
    /// @param store    where to report; asked for each report
    /// @param threads  makes virtual threads
    public HealthMonitor(
            List<NodeId> nodes,
            HealthSettings settings,
            NodeProbe probe,
            String proxy,
            Supplier<NodeHealth> store,
            Clock clock,
            ThreadFactory threads) {
        this.settings = settings;
        this.probe = probe;
        this.clock = clock;
        crew = new Crew(clock, threads);
        reporter = new HealthReporter(settings, proxy, store, clock, crew);
        stallLoggedAt = clock.nanos() - settings.period().toNanos();
        nodes.forEach(n -> watches.put(n, new NodeWatch(settings, clock.nanos())));
    }

    /// Adds a listener. Before [#start()], or it may miss changes.
    public void addListener(HealthListener listener) {
        listeners.add(listener);
    }

    /// Asks all nodes at once, and goes on from there. Called once.
    public void start() {
        crew.start("health", this::watch);
        crew.start("health report", this::report);
    }

    /// The nodes that this proxy reaches, in the order of the configuration. Empty before the first verdict. An
    /// immutable snapshot.
    ///
    /// **Threads:** any, event loops included; takes no lock.
    public Set<NodeId> healthy() {
        return healthy;
    }

    /// Waits until there is a verdict on each node and it was tried to report it.
    ///
    /// @return `false` if the time was over before
    public boolean awaitFirstRound(Duration limit) throws InterruptedException {
        long began = clock.nanos();
        lock.lock();
        try {
            while (!reportTried) {
                var left = limit.minusNanos(clock.nanos() - began);
                if (!left.isPositive()) {
                    return false;
                }
                clock.await(news, left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// A connection to that node broke. It counts as unhealthy at once, and is asked at once. A node that is not watched
    /// is ignored.
    ///
    /// **Threads:** any, event loops included; holds a lock for some instructions.
    public void connectionLost(NodeId node) {
        lock.lock();
        try {
            var watch = watches.get(node);
            if (watch != null) {
                take(node, watch.lost(clock.nanos()));
                news.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Ends all probes and reports. What was seen last stays.
    ///
    /// @return `false` if the time was over before all threads had ended
    public boolean stop(Duration limit) throws InterruptedException {
        crew.close();
        crew.interrupt();
        return crew.awaitEnd(limit);
    }

    private void watch() {
        while (!crew.isClosed()) {
            try {
                nextChanges().forEach(this::tell);
            } catch (InterruptedException _) {
                return; // only stop() interrupts
            }
        }
    }

    /// Asks whom it is time to ask, until there is something to tell.
    private List<Change> nextChanges() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                long now = clock.nanos();
                var rest = settings.period();
                for (var entry : watches.entrySet()) {
                    var watch = entry.getValue();
                    take(entry.getKey(), watch.looked(now));
                    if (watch.isDue(now)) {
                        watch.asked(now);
                        crew.start("health of " + entry.getKey(), () -> ask(entry.getKey(), watch));
                    }
                    rest = min(rest, watch.rest(now));
                }
                if (!untold.isEmpty()) {
                    var changes = List.copyOf(untold);
                    untold.clear();
                    return changes;
                }
                clock.await(news, rest);
            }
        } finally {
            lock.unlock();
        }
    }

    private void ask(NodeId node, NodeWatch watch) {
        boolean serving = false;
        try {
            serving = probe.isServing(node, settings.probeLimit());
        } catch (InterruptedException _) {
            return; // only stop() interrupts
        } catch (RuntimeException | Error e) { // else the node would be asked no more
            LOG.atError().addKeyValue("node", node).log("a probe failed by a defect of the proxy", e);
        }
        lock.lock();
        try {
            take(node, watch.answered(serving, clock.nanos()));
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Called with the lock.
    private void take(NodeId node, Verdict verdict) {
        switch (verdict) {
            case Verdict.Unchanged _ -> {}
            case Changed(boolean nowHealthy, String reason) -> {
                publish();
                untold.add(new Change(node, nowHealthy, reason));
            }
            case NotBelieved(Duration took) -> logStall(took);
        }
    }

    private void publish() {
        var reached = new LinkedHashSet<NodeId>();
        watches.forEach((node, watch) -> {
            if (watch.isHealthy()) {
                reached.add(node);
            }
        });
        healthy = Collections.unmodifiableSet(reached);
    }

    private void logStall(Duration took) {
        long now = clock.nanos();
        if (now - stallLoggedAt < settings.period().toNanos()) {
            return; // all nodes of one stall are one line
        }
        stallLoggedAt = now;
        LOG.atWarn()
                .addKeyValue(HealthCode.KEY, HealthCode.PROXY_STALLED)
                .addKeyValue("took", took)
                .addKeyValue("limit", settings.probeLimit())
                .log("health checks ended far too late, so this proxy stood still; the view of the nodes stays as it was");
    }

    private void tell(Change change) {
        var line = change.healthy()
                ? LOG.atInfo()
                : LOG.atWarn().addKeyValue(HealthCode.KEY, HealthCode.NODE_DOWN);
        line.addKeyValue("virtual_storage", change.node().virtualStorage())
                .addKeyValue("storage", change.node().storage())
                .addKeyValue("reason", change.reason())
                .log(change.healthy() ? "node is healthy" : "node is not healthy");
        for (var listener : listeners) {
            try {
                listener.changed(change.node(), change.healthy(), change.reason());
            } catch (RuntimeException | Error e) {
                LOG.error("a listener failed when it was told of {}", change, e);
            }
        }
    }

    private void report() {
        try {
            awaitVerdicts();
            while (!crew.isClosed()) {
                reporter.report(seen());
                reportTried();
                clock.sleep(settings.period());
            }
        } catch (InterruptedException _) {
            // only stop() interrupts
        }
    }

    private void awaitVerdicts() throws InterruptedException {
        lock.lock();
        try {
            while (!watches.values().stream().allMatch(NodeWatch::isJudged)) {
                clock.await(news, settings.period());
            }
        } finally {
            lock.unlock();
        }
    }

    private void reportTried() {
        lock.lock();
        try {
            reportTried = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Sorted, so that proxies that report at the same time do not wait for each other in a circle (RT 7.2).
    private Map<NodeId, Boolean> seen() {
        var reachable = new TreeMap<NodeId, Boolean>();
        lock.lock();
        try {
            watches.forEach((node, watch) -> reachable.put(node, watch.isHealthy()));
        } finally {
            lock.unlock();
        }
        return reachable;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
