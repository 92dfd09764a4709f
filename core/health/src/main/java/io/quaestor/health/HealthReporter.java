package io.quaestor.health;

import io.quaestor.admin.HealthCode;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.NodeHealth;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.threads.Crew;
import io.quaestor.threads.TimeLimitException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the datastore once a second what this proxy sees, so that all proxies can vote (RT 7.2). Whether the datastore
/// takes it has no influence on what this proxy sees.
final class HealthReporter {

    private static final Logger LOG = LoggerFactory.getLogger(HealthReporter.class);

    private final HealthSettings settings;
    private final String proxy;
    private final Supplier<NodeHealth> store;
    private final Clock clock;
    private final Crew crew;

    private boolean failing;
    private long failingSince;

    HealthReporter(HealthSettings settings, String proxy, Supplier<NodeHealth> store, Clock clock, Crew crew) {
        this.settings = settings;
        this.proxy = proxy;
        this.store = store;
        this.clock = clock;
        this.crew = crew;
    }

    /// Tries it once, within the limit. A failure is logged when the first of several happens, and when it is over.
    ///
    /// @throws InterruptedException if the monitor stops
    void report(Map<NodeId, Boolean> reachable) throws InterruptedException {
        try {
            crew.within(settings.reportLimit(), () -> {
                store.get().report(proxy, reachable);
                return reachable;
            });
            succeeded();
        } catch (TimeLimitException | RuntimeException | Error e) { // a datastore that breaks its contract must not end the reports
            failed(e);
        }
    }

    private void succeeded() {
        if (failing) {
            failing = false;
            LOG.atInfo()
                    .addKeyValue("failed_for", Duration.ofNanos(clock.nanos() - failingSince))
                    .log("node health is recorded again");
        }
    }

    private void failed(Throwable e) {
        if (failing) {
            LOG.debug("recording node health failed again", e);
            return;
        }
        failing = true;
        failingSince = clock.nanos();
        LOG.atError()
                .addKeyValue(HealthCode.KEY, HealthCode.DATASTORE_DOWN)
                .addKeyValue("error", e.toString())
                .setCause(e instanceof DatastoreException || e instanceof TimeLimitException ? null : e) // a defect
                .log("recording node health failed; other proxies will soon count this one as silent");
    }
}
