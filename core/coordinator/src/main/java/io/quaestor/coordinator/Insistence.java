package io.quaestor.coordinator;

import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does at the datastore what must be done there sooner or later: the record of a write that nodes have made, the end of an
/// intent, or of a turn. If it were left undone, nobody else would do it as long as this proxy lives: its writes count as
/// under way. So it is tried again for as long as the life lasts under which it was begun; what is left then is settled by
/// others.
///
/// What is insisted on is bounded by the writes that were under way, since without the datastore nothing more is permitted.
///
/// **Threads:** virtual threads.
final class Insistence {

    private static final Logger LOG = LoggerFactory.getLogger(Insistence.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ProxyLease lease;
    private final Background background;
    private final Clock clock;

    Insistence(ProxyLease lease, Background background, Clock clock) {
        this.lease = lease;
        this.background = background;
        this.clock = clock;
    }

    /// What is to be done; doing it twice is doing it once.
    @FunctionalInterface
    interface Step {

        void run() throws InterruptedException;
    }

    /// Does it. If that fails, it goes on in the background. **Blocking:** for one try.
    ///
    /// @param what for the log
    void insist(ProxyLife life, String what, Step step) {
        boolean done = false;
        try {
            done = succeeds(what, step);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (!done) {
            LOG.warn("{} is tried again until it succeeds", what);
            later(life, what, step);
        }
    }

    /// Does it in the background, after a pause. **Blocking:** never.
    void later(ProxyLife life, String what, Step step) {
        background.start(() -> goOn(life, what, step));
    }

    /// Does it after a pause, and again until it succeeds. **Blocking:** until it is done, or the life has ended.
    void goOn(ProxyLife life, String what, Step step) {
        try {
            while (lease.life().equals(Optional.of(life))) {
                clock.sleep(PAUSE);
                if (succeeds(what, step)) {
                    return;
                }
            }
            LOG.warn("{} was given up, because the life of this proxy has ended", what);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean succeeds(String what, Step step) throws InterruptedException {
        try {
            step.run();
            return true;
        } catch (DatastoreException e) {
            LOG.debug("{} failed: {}", what, e.getMessage());
            return false;
        } catch (RuntimeException | Error e) { // a datastore is a plug-in, and may be exchanged for one that works
            LOG.error("{} failed by a defect", what, e);
            return false;
        }
    }
}
