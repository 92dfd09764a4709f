package io.quaestor.testkit.fake;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.NodeHealth;
import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.datastore.Placements;
import io.quaestor.spi.datastore.Primaries;
import io.quaestor.spi.datastore.ReplicationJobs;
import io.quaestor.spi.datastore.Repositories;
import io.quaestor.spi.datastore.Schema;
import io.quaestor.spi.datastore.WriteTurns;
import io.quaestor.spi.model.RepositoryKey;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/// A datastore that goes wrong when the test says so, before or after the change.
///
/// ```java
/// var datastore = new FaultyDatastore(new InMemoryDatastore(clock, cluster));
/// datastore.fail(Operation.RECORD, Fault.IN_DOUBT_AFTER); // the next record is made, but nobody is told
/// ```
///
/// **Threads:** any.
@API(status = EXPERIMENTAL, since = "0.1")
public final class FaultyDatastore implements Datastore {

    private static final long PATIENCE_SECONDS = 20; // of real time, for a test that hangs

    private final Datastore sound;
    private final Map<Operation, Queue<Fault>> planned = new EnumMap<>(Operation.class);
    private final Set<Operation> broken = EnumSet.noneOf(Operation.class);
    private final Map<Operation, CountDownLatch> held = new EnumMap<>(Operation.class);
    private final Map<Operation, Integer> calls = new EnumMap<>(Operation.class);
    private final List<RepositoryKey> kept = new ArrayList<>();
    private @Nullable Fault outage;
    private @Nullable PlacementListener listener;
    private Notifications notifications = Notifications.SOUND;

    /// What can go wrong: one for each method of the stores.
    public enum Operation {
        START,
        EXISTS,
        RESERVE,
        RECORD,
        RECORD_COPY,
        REMOVE,
        REMOVE_ALL,
        REMOVE_REPLICA,
        REMOVE_INVALID_REPLICA,
        FIND,
        REPLACE_PRIMARY,
        ADD_JOB,
        TAKE_JOBS,
        KEEP_JOBS,
        END_JOB,
        RELEASE_STALE,
        ADD_MISSING,
        REPORT_HEALTH,
        READ_HEALTH,
        JOIN,
        RENEW,
        LEAVE,
        OPEN_INTENTS,
        WITHDRAW,
        SUSPECTS,
        HOLD,
        UNDER_WAY,
        SETTLE,
        RELEASE,
        ABANDON,
        TAKE_TURN,
        END_TURN
    }

    /// What becomes of the news for the listener.
    public enum Notifications {
        /// They arrive once.
        SOUND,
        /// They never arrive.
        LOST,
        /// They arrive twice.
        DOUBLED,
        /// They arrive when the test says [FaultyDatastore#deliver()].
        LATE
    }

    public FaultyDatastore(Datastore sound) {
        this.sound = sound;
    }

    /// Lets the next call of that operation that has no fault yet go wrong. Several faults happen in order.
    public synchronized void fail(Operation operation, Fault fault) {
        planned.computeIfAbsent(operation, _ -> new ArrayDeque<>()).add(fault);
    }

    /// Lets the next call of that operation end by an [Error], before its change and before any fault, as of a plug-in that
    /// misses a class.
    public synchronized void breakNext(Operation operation) {
        broken.add(operation);
    }

    /// Lets every call go wrong until [#endOutage()], after planned faults.
    public synchronized void beginOutage(Fault fault) {
        outage = fault;
    }

    /// Ends what [#beginOutage] began.
    public synchronized void endOutage() {
        outage = null;
    }

    /// Makes calls of that operation wait, before their change, until [#release].
    public synchronized void hold(Operation operation) {
        held.putIfAbsent(operation, new CountDownLatch(1));
    }

    /// Lets held calls go on.
    public synchronized void release(Operation operation) {
        CountDownLatch latch = held.remove(operation);
        if (latch != null) {
            latch.countDown();
        }
    }

    /// How often an operation was called, failed calls and waiting ones included.
    public synchronized int calls(Operation operation) {
        return calls.getOrDefault(operation, 0);
    }

    /// Says what becomes of news from now on.
    public synchronized void notifications(Notifications how) {
        notifications = how;
    }

    /// Tells the listener what was kept back by [Notifications#LATE].
    public void deliver() {
        List<RepositoryKey> news;
        synchronized (this) {
            news = List.copyOf(kept);
            kept.clear();
        }
        PlacementListener to = listener();
        if (to != null) {
            news.forEach(to::changed);
        }
    }

    /// Tells the listener that the way of news is interrupted; news are lost until [#reconnect()].
    public void disconnect() {
        notifications(Notifications.LOST);
        PlacementListener to = listener();
        if (to != null) {
            to.lost();
        }
    }

    /// Tells the listener that the way of news is there again.
    public void reconnect() {
        notifications(Notifications.SOUND);
        PlacementListener to = listener();
        if (to != null) {
            to.connected();
        }
    }

    @Override
    public void start() throws InterruptedException {
        run(Operation.START, () -> {
            sound.start();
            return 0;
        });
    }

    @Override
    public Repositories repositories() {
        return new FaultyRepositories(this, sound.repositories());
    }

    @Override
    public Placements placements() {
        return new FaultyPlacements(this, sound.placements());
    }

    @Override
    public Primaries primaries() {
        return change -> run(Operation.REPLACE_PRIMARY, () -> sound.primaries().replace(change));
    }

    @Override
    public ReplicationJobs replicationJobs() {
        return new FaultyReplicationJobs(this, sound.replicationJobs());
    }

    @Override
    public NodeHealth nodeHealth() {
        return new FaultyNodeHealth(this, sound.nodeHealth());
    }

    @Override
    public Optional<Intents> intents() {
        return sound.intents().map(intents -> new FaultyIntents(this, intents));
    }

    @Override
    public Optional<WriteTurns> turns() {
        return sound.turns().map(turns -> new FaultyTurns(this, turns));
    }

    /// Never goes wrong.
    @Override
    public Schema schema() {
        return sound.schema();
    }

    @Override
    public void close() {
        sound.close();
    }

    <T> T run(Operation operation, Callable<T> work) throws InterruptedException {
        Fault fault = next(operation);
        if (fault != null && fault != Fault.IN_DOUBT_AFTER) {
            throw failure(operation, fault);
        }
        T answer = call(work);
        if (fault != null) {
            throw failure(operation, fault);
        }
        return answer;
    }

    private @Nullable Fault next(Operation operation) throws InterruptedException {
        CountDownLatch latch;
        synchronized (this) {
            calls.merge(operation, 1, Integer::sum);
            latch = held.get(operation);
        }
        if (latch != null && !latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(operation + " is held and nobody releases it");
        }
        synchronized (this) {
            if (broken.remove(operation)) {
                throw new NoClassDefFoundError("planned defect in " + operation);
            }
            Queue<Fault> faults = planned.get(operation);
            Fault fault = faults == null ? null : faults.poll();
            return fault == null ? outage : fault;
        }
    }

    private static <T> T call(Callable<T> work) throws InterruptedException {
        try {
            return work.call();
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("a store threw what it must not", e);
        }
    }

    private static RuntimeException failure(Operation operation, Fault fault) {
        String message = "planned fault in " + operation;
        var cause = new IOException("planned");
        return switch (fault) {
            case UNCHANGED -> DatastoreUnavailableException.unchanged(message, cause);
            case IN_DOUBT_BEFORE, IN_DOUBT_AFTER -> DatastoreUnavailableException.inDoubt(message, cause);
            case REFUSED -> new DatastoreRefusedException(message);
        };
    }

    synchronized void listen(PlacementListener to) {
        listener = to;
    }

    synchronized @Nullable PlacementListener listener() {
        return listener;
    }

    /// What the listener hears of one change.
    void pass(PlacementListener to, RepositoryKey key) {
        int times;
        synchronized (this) {
            times = switch (notifications) {
                case SOUND -> 1;
                case DOUBLED -> 2;
                case LOST -> 0;
                case LATE -> {
                    kept.add(key);
                    yield 0;
                }
            };
        }
        for (int i = 0; i < times; i++) {
            to.changed(key);
        }
    }
}
