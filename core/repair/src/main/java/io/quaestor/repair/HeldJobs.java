package io.quaestor.repair;

import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.datastore.ReplicationJobs;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.threads.Crew;
import io.quaestor.threads.TimeLimitException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The jobs that this proxy has taken and not yet given back: says in time that their workers live, so that no other proxy
/// takes them, and gives them back. As many as workers and their batches allow.
///
/// **Threads:** virtual threads; all but adding may block.
final class HeldJobs {

    private static final Logger LOG = LoggerFactory.getLogger(HeldJobs.class);

    /// What the datastore may take for one answer; as long as between two beats.
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /// What is not given back after so many tries is freed as stale (RT 6.2).
    private static final int TRIES = 3;

    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    private final Supplier<ReplicationJobs> jobs;
    private final Clock clock;
    private final Crew crew;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<ReplicationJob> held = new LinkedHashSet<>();

    HeldJobs(Supplier<ReplicationJobs> jobs, Clock clock, Crew crew) {
        this.jobs = jobs;
        this.clock = clock;
        this.crew = crew;
    }

    void add(Collection<ReplicationJob> taken) {
        lock.lock();
        try {
            held.addAll(taken);
        } finally {
            lock.unlock();
        }
    }

    /// Says of all that they are being worked on.
    ///
    /// @throws DatastoreException if the datastore did not take it
    void keep() throws TimeLimitException, InterruptedException {
        var all = all();
        if (!all.isEmpty()) {
            crew.within(LIMIT, () -> {
                jobs.get().keep(all);
                return all;
            });
        }
    }

    /// Gives one back. An interruption means haste, but does not keep it from being tried.
    void end(ReplicationJob job, JobOutcome outcome) {
        boolean interrupted = false;
        for (int tries = 1; ; tries++) {
            try {
                crew.within(LIMIT, () -> {
                    jobs.get().end(job, outcome);
                    return job;
                });
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            } catch (TimeLimitException | RuntimeException | Error e) { // a worker gives back, and must outlive it
                if (tries == TRIES || crew.isClosed()) {
                    JobLog.with(LOG.atError(), job)
                            .addKeyValue("error", e.toString())
                            .setCause(JobLog.stackOf(e))
                            .log("failed to acknowledge replication events; the job is freed when it is stale");
                    break;
                }
            }
            if (tries == TRIES) {
                break;
            }
            interrupted |= !pause();
        }
        lock.lock();
        try {
            held.remove(job);
        } finally {
            lock.unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean pause() {
        if (crew.isClosed()) {
            return true;
        }
        try {
            clock.sleep(BETWEEN_TRIES);
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    private List<ReplicationJob> all() {
        lock.lock();
        try {
            return List.copyOf(held);
        } finally {
            lock.unlock();
        }
    }
}
