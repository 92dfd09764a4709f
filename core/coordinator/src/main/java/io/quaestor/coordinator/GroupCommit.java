package io.quaestor.coordinator;

import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Commits requests in groups: whatever arrives while a commit is under way goes into the next one, and a lone request
/// waits for nobody. The first to come of a group commits for all of it.
///
/// What fails for a group fails for all of it. While the datastore is away a group is tried again, as long as that cannot
/// count anything twice. Whoever has waited for the limit when a group fails, fails with it; so nobody waits once for each
/// group before.
///
/// **Threads:** virtual threads. **Blocking:** until the request is durable, or for about the limit.
///
/// @param <Q> what is asked
/// @param <A> what came of it
final class GroupCommit<Q, A> {

    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Supplier<Gathering<Q>> gathering;
    private final Commit<Q, A> commit;
    private final Predicate<List<Q>> repeatable;
    private final Duration limit;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final ArrayDeque<Entry<Q, A>> waiting = new ArrayDeque<>();
    private boolean committing;

    /// @param gathering  decides who goes into a group; a new one for each group
    /// @param repeatable whether a group may be committed again although it is not known whether it was
    /// @param limit      for how long a request is tried
    GroupCommit(
            Supplier<Gathering<Q>> gathering,
            Commit<Q, A> commit,
            Predicate<List<Q>> repeatable,
            Duration limit,
            Clock clock) {
        this.gathering = gathering;
        this.commit = commit;
        this.repeatable = repeatable;
        this.limit = limit;
        this.clock = clock;
    }

    /// Decides who goes into one group.
    @FunctionalInterface
    interface Gathering<Q> {

        /// How a request fits.
        enum Fit {
            TAKEN,
            LATER,
            FULL
        }

        /// Looks at the next request.
        Fit offer(Q request);
    }

    /// Commits a group.
    @FunctionalInterface
    interface Commit<Q, A> {

        /// @return an answer for each request, in the same order
        List<A> commit(List<Q> group) throws InterruptedException;
    }

    /// Commits one request. An interruption does not stop it: others may wait for the same group.
    ///
    /// @throws io.quaestor.spi.datastore.DatastoreException if it could not be committed within the limit
    A submit(Q request) {
        var entry = new Entry<Q, A>(request, clock.nanos() + limit.toNanos());
        lock.lock();
        try {
            waiting.add(entry);
            while (entry.result == null && entry.failure == null) {
                if (committing) {
                    progress.awaitUninterruptibly(); // whoever commits signals within its own limit
                } else {
                    commitNext();
                }
            }
        } finally {
            lock.unlock();
        }
        return switch (entry.failure) {
            case null -> Objects.requireNonNull(entry.result);
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e); // nobody throws it
        };
    }

    /// Commits the next group. Called with the lock, which is given up meanwhile. Whatever happens, everybody in the
    /// group has a result or a failure afterwards.
    private void commitNext() {
        var group = nextGroup();
        committing = true;
        lock.unlock();
        try {
            settle(group);
        } finally {
            lock.lock();
            committing = false;
        }
        if (group.getFirst().failure instanceof DatastoreUnavailableException e) {
            failOverdue(e);
        }
        progress.signalAll();
    }

    /// Commits a group. What is refused as a whole is tried one by one, so that one does not take others with it.
    private void settle(List<Entry<Q, A>> group) {
        try {
            var results = commit(group);
            for (int i = 0; i < group.size(); i++) {
                group.get(i).result = results.get(i);
            }
        } catch (DatastoreRefusedException e) {
            if (group.size() == 1) {
                group.getFirst().failure = e;
            } else {
                settleOneByOne(group);
            }
        } catch (RuntimeException | Error e) {
            group.forEach(entry -> entry.failure = e);
        }
    }

    /// Where the datastore went away meanwhile, who has waited for the limit is not tried once more each.
    private void settleOneByOne(List<Entry<Q, A>> group) {
        @Nullable DatastoreUnavailableException away = null;
        for (var entry : group) {
            if (away != null && clock.nanos() - entry.deadline >= 0) {
                entry.failure = failure(overdue(away), entry.doubt);
            } else {
                settle(List.of(entry));
                if (entry.failure instanceof DatastoreUnavailableException e) {
                    away = e;
                }
            }
        }
    }

    private void failOverdue(DatastoreUnavailableException cause) {
        long now = clock.nanos();
        for (var it = waiting.iterator(); it.hasNext(); ) {
            var entry = it.next();
            if (now - entry.deadline >= 0) {
                entry.failure = overdue(cause);
                it.remove();
            }
        }
    }

    private DatastoreUnavailableException overdue(DatastoreUnavailableException cause) {
        return DatastoreUnavailableException.unchanged("not recorded within " + limit, cause);
    }

    private List<Entry<Q, A>> nextGroup() {
        var group = new ArrayList<Entry<Q, A>>();
        var gathered = gathering.get();
        for (var it = waiting.iterator(); it.hasNext(); ) {
            var entry = it.next();
            var fit = gathered.offer(entry.request);
            if (fit == Gathering.Fit.FULL) {
                break;
            }
            if (fit == Gathering.Fit.TAKEN) {
                group.add(entry);
                it.remove();
            }
        }
        return group;
    }

    private List<A> commit(List<Entry<Q, A>> entries) {
        var requests = entries.stream().map(e -> e.request).toList();
        long deadline = entries.getLast().deadline; // whoever came last has as much time as the others had
        boolean interrupted = false;
        boolean doubt = entries.stream().anyMatch(entry -> entry.doubt);
        try {
            while (true) {
                try {
                    var results = List.copyOf(commit.commit(requests));
                    if (results.size() != requests.size()) {
                        throw new IllegalStateException("the datastore gave " + results.size() + " results for "
                                + requests.size() + " requests");
                    }
                    return results;
                } catch (DatastoreUnavailableException e) {
                    doubt |= !e.outcomeKnown();
                    boolean may = doubt;
                    entries.forEach(entry -> entry.doubt = may);
                    boolean again = e.outcomeKnown() || repeatable.test(requests);
                    if (!again || clock.nanos() - deadline >= 0) {
                        throw failure(e, doubt);
                    }
                    interrupted |= !pause();
                } catch (InterruptedException e) { // nothing was changed, see Datastore
                    if (clock.nanos() - deadline >= 0) {
                        throw failure(
                                DatastoreUnavailableException.unchanged("interrupted for " + limit, e), doubt);
                    }
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// That the last try changed nothing says nothing of those before.
    private static DatastoreUnavailableException failure(DatastoreUnavailableException last, boolean doubt) {
        return doubt && last.outcomeKnown()
                ? DatastoreUnavailableException.inDoubt(String.valueOf(last.getMessage()), last)
                : last;
    }

    private boolean pause() {
        try {
            clock.sleep(PAUSE);
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    private static final class Entry<Q, A> {
        final Q request;

        /// By the clock that only goes forward.
        final long deadline;

        /// Whether a try may have changed something, of which nothing was heard.
        boolean doubt;

        @Nullable A result;
        @Nullable Throwable failure;

        Entry(Q request, long deadline) {
            this.request = request;
            this.deadline = deadline;
        }
    }
}
