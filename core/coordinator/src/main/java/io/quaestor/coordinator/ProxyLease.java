package io.quaestor.coordinator;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.threads.Crew;
import io.quaestor.threads.TimeLimitException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This proxy's proof that it lives. While it holds, other proxies wait for its writes; when it is over they take the
/// proxy for dead, and it may permit nothing any more.
///
/// ```text
///             ┌──renewed, each fifth of the lease──┐
///             ▼                                    │
///  start ──▶ held ──four fifths of the lease──▶ over ──renewed, or begun anew──▶ held
///             └──────the wall clock jumped─────────┘
/// ```
///
/// The proxy gives up before the datastore does: its own count begins before the renewal was sent, and ends a fifth
/// earlier.
///
/// **Threads:** any; [#isHeld], [#isAwake] and [#life] never block.
public final class ProxyLease {

    /// Why nothing is permitted, in the words for clients.
    static final String OVER = "the lease of the proxy is over";

    private static final Logger LOG = LoggerFactory.getLogger(ProxyLease.class);

    private final ProxyIdentity identity;
    private final Duration lease;
    private final Supplier<Datastore> datastore;
    private final Clock clock;
    private final Crew crew;
    private final Pulse pulse;
    private volatile @Nullable Held held;
    private boolean well = true; // only the keeper's

    /// @param lease how long the datastore believes in it
    public ProxyLease(
            ProxyIdentity identity, Duration lease, Supplier<Datastore> datastore, Clock clock, ThreadFactory threads) {
        this.identity = identity;
        this.lease = lease;
        this.datastore = datastore;
        this.clock = clock;
        crew = new Crew(clock, threads);
        pulse = new Pulse(ownCount(), clock, crew);
    }

    /// One renewal.
    private record Held(ProxyLife life, Pulse.Moment since) {}

    /// Begins a life, and keeps it until [#stop]. Where the datastore keeps no intents there is no life, and only
    /// [#isAwake] is known.
    ///
    /// @throws DatastoreException if no life could be begun; then nothing was started
    public void start() throws InterruptedException {
        var intents = datastore.get().intents();
        if (intents.isPresent()) {
            join(intents.get());
            crew.start("lease", this::keep);
        }
        pulse.start();
    }

    /// Whether permissions may be given for writes of that life: others wait for them.
    public boolean isHeld(ProxyLife life) {
        var now = held;
        return now != null && now.life().equals(life) && now.since().isWithin(clock, ownCount().toNanos());
    }

    /// Whether this proxy has not stood still for four fifths of its lease, nor its wall clock jumped, whatever the
    /// datastore does.
    boolean isAwake() {
        return pulse.isSteady();
    }

    /// Adds somebody who is told that this proxy has stood still, before it counts as awake again. Must not block. Before
    /// the start.
    void addStandstillListener(Runnable listener) {
        pulse.addListener(listener);
    }

    private Duration ownCount() {
        return lease.multipliedBy(4).dividedBy(5);
    }

    /// The present life; empty where the datastore keeps no intents, and before the start.
    public Optional<ProxyLife> life() {
        var now = held;
        return now == null ? Optional.empty() : Optional.of(now.life());
    }

    /// Ends the life in order. All writes are recorded before. Where the datastore is away the others believe in the life
    /// until its lease is over.
    ///
    /// @return `false` if the time was over before
    public boolean stop(Duration limit) throws InterruptedException {
        long began = clock.nanos();
        var last = close();
        crew.interrupt();
        boolean ended = crew.awaitEnd(limit);
        if (last == null) {
            return ended;
        }
        var left = limit.minusNanos(clock.nanos() - began);
        return left.isPositive() && leave(last.life(), left) && ended;
    }

    private synchronized @Nullable Held close() {
        crew.close();
        var last = held;
        held = null;
        return last;
    }

    private boolean leave(ProxyLife life, Duration limit) throws InterruptedException {
        try {
            crew.within(limit, () -> {
                var intents = datastore.get().intents();
                if (intents.isPresent()) {
                    intents.get().leave(life);
                }
                return life;
            });
            return true;
        } catch (DatastoreException e) {
            LOG.warn("could not take leave of the other proxies: {}", e.getMessage());
            return true;
        } catch (RuntimeException | Error e) { // a datastore is a plug-in, and whoever stops has more to do
            LOG.error("taking leave of the other proxies failed by a defect", e);
            return true;
        } catch (TimeLimitException e) {
            LOG.warn("could not take leave of the other proxies: {}", e.getMessage());
            return false;
        }
    }

    private void keep() {
        try {
            while (!crew.isClosed()) {
                clock.sleep(lease.dividedBy(5));
                renew();
            }
        } catch (InterruptedException _) {
            // only stop() interrupts
        }
    }

    /// Only a test, in the place of the pulse's own thread.
    void beat() {
        pulse.beat();
    }

    /// Renews once. Only the keeper does it, or a test in its place.
    void renew() throws InterruptedException {
        try {
            var intents = datastore.get().intents();
            if (intents.isPresent()) {
                renew(intents.get());
            }
            well = true;
        } catch (DatastoreException e) {
            if (well) {
                LOG.warn("the lease could not be renewed, writes are refused from when it ends: {}", e.getMessage());
            }
            well = false;
        } catch (RuntimeException | Error e) { // without the keeper nothing would be permitted ever again
            LOG.error("renewing the lease failed by a defect", e);
        }
    }

    private void renew(Intents intents) throws InterruptedException {
        var before = held;
        if (before == null) {
            return; // stopping
        }
        var now = Pulse.Moment.now(clock);
        if (intents.renew(before.life(), lease)) {
            keepHeld(new Held(before.life(), now));
        } else {
            LOG.warn("this proxy was taken for dead, or for another one of its name; its writes under way are not permitted any more");
            join(intents);
        }
    }

    private void join(Intents intents) throws InterruptedException {
        var now = Pulse.Moment.now(clock);
        keepHeld(new Held(intents.join(identity, lease), now));
    }

    private synchronized void keepHeld(Held renewed) {
        if (!crew.isClosed()) {
            held = renewed;
        }
    }
}
