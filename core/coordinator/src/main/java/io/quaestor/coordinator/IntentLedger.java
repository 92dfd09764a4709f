package io.quaestor.coordinator;

import io.quaestor.coordinator.GroupCommit.Gathering;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.RepositoryExistsException;
import io.quaestor.spi.datastore.RepositoryNotFoundException;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/// Says which writes are under way before anything is permitted, in groups, see [GroupCommit].
///
/// **Threads:** virtual threads. **Blocking:** until it is durable, or for about the limit.
final class IntentLedger {

    /// A client waits for it; nothing is lost if it fails.
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /// Whoever holds a repository waits for writes under way for some seconds, and then compares its replicas for as long as
    /// one node may take; afterwards writes go on. What takes longer is tried again by the client.
    private static final Duration HELD_LIMIT = Duration.ofSeconds(20);

    private static final Duration HELD_PAUSE = Duration.ofMillis(100);

    private static final int GROUP = 500;

    private final Supplier<Datastore> datastore;
    private final ProxyLease lease;
    private final Clock clock;
    private final Insistence insistence;
    private final GroupCommit<Request, IntentResult> openings;
    private final GroupCommit<IntentId, Boolean> withdrawals;

    /// Goes on from one life to the next: two threads may open intents of different lives at once.
    private final AtomicInteger count = new AtomicInteger();

    IntentLedger(Supplier<Datastore> datastore, ProxyLease lease, Clock clock, Insistence insistence) {
        this.datastore = datastore;
        this.lease = lease;
        this.clock = clock;
        this.insistence = insistence;
        openings = new GroupCommit<>(OfOneLife::new, this::openAll, _ -> true, LIMIT, clock);
        withdrawals = new GroupCommit<>(() -> new Some()::offer, this::withdrawAll, _ -> true, LIMIT, clock);
    }

    /// What is asked of the datastore.
    private record Request(ProxyLife life, NewIntent intent) {}

    /// What was opened.
    ///
    /// @param intent     empty where the datastore keeps none
    /// @param repository the number of the repository
    record Opened(Optional<Intent> intent, RepositoryId repository) {}

    /// Opens an intent for a known repository.
    ///
    /// @throws DatastoreException if nothing may be permitted; the type says whether trying again helps
    Opened open(RepositoryId repository, RepositoryKey key, Generation expected, long transaction)
            throws InterruptedException {
        if (datastore.get().intents().isEmpty()) {
            return new Opened(Optional.empty(), repository);
        }
        return open(key, id -> new NewIntent.Update(id, repository, key, expected, transaction));
    }

    /// Opens an intent for a creation, and takes a number for it.
    ///
    /// @throws RepositoryExistsException if the name is taken
    /// @throws DatastoreException        if nothing may be permitted otherwise
    Opened create(RepositoryKey key, long transaction) throws InterruptedException {
        if (datastore.get().intents().isEmpty()) {
            return new Opened(Optional.empty(), datastore.get().repositories().reserve(key));
        }
        return open(key, id -> new NewIntent.Creation(id, key, transaction));
    }

    /// Ends an intent of a write that was not made; later, if the datastore is away.
    void withdraw(Intent intent) {
        insistence.insist(intent.life(), nameOfEnd(intent.id()), () -> withdrawals.submit(intent.id()));
    }

    private static String nameOfEnd(IntentId id) {
        return "the end of intent " + id.value();
    }

    private Opened open(RepositoryKey key, Function<IntentId, NewIntent> kind) throws InterruptedException {
        var life = lease.life().orElseThrow(() -> notNow("this proxy has no lease"));
        var intent = new Intent(IntentId.of(life, count.incrementAndGet()), life);
        var request = new Request(life, kind.apply(intent.id()));
        long began = clock.nanos();
        boolean perhaps = false; // a try before the one that was answered may have opened it
        try {
            while (true) {
                if (!lease.isHeld(life)) {
                    throw notNow(ProxyLease.OVER);
                }
                perhaps = false; // if this fails, it is ended there
                var result = submit(request);
                switch (result) {
                    case IntentResult.Opened opened -> {
                        return new Opened(Optional.of(intent), opened.repository());
                    }
                    case IntentResult.Exists _ -> throw new RepositoryExistsException(key);
                    case IntentResult.Missing _ -> throw new RepositoryNotFoundException(key);
                    case IntentResult.LifeEnded _ -> {
                        perhaps = true; // and a life may go on
                        throw notNow(ProxyLease.OVER);
                    }
                    case IntentResult.Held _ -> {
                        perhaps = true;
                        if (clock.nanos() - began > HELD_LIMIT.toNanos()) {
                            throw notNow("the replicas of the repository are being compared");
                        }
                        clock.sleep(HELD_PAUSE);
                    }
                }
            }
        } finally {
            if (perhaps) {
                withdraw(intent);
            }
        }
    }

    private IntentResult submit(Request request) {
        try {
            return openings.submit(request);
        } catch (DatastoreException e) {
            boolean closed = e instanceof DatastoreUnavailableException away && away.outcomeKnown();
            if (!closed) { // it may be open, by a try before the one that was refused, and nobody would end it
                var id = request.intent().id();
                insistence.later(request.life(), nameOfEnd(id), () -> withdrawals.submit(id));
            }
            throw e;
        }
    }

    private static DatastoreUnavailableException notNow(String reason) {
        return DatastoreUnavailableException.unchanged(reason, new IllegalStateException(reason));
    }

    private Intents intents() {
        return datastore.get().intents().orElseThrow(() -> notNow("the datastore keeps no intents any more"));
    }

    private List<IntentResult> openAll(List<Request> group) throws InterruptedException {
        return intents()
                .open(
                        group.getFirst().life(),
                        group.stream().map(Request::intent).toList());
    }

    private List<Boolean> withdrawAll(List<IntentId> group) throws InterruptedException {
        intents().withdraw(group);
        var done = new ArrayList<Boolean>();
        group.forEach(_ -> done.add(true));
        return done;
    }

    private static final class OfOneLife implements Gathering<Request> {

        private final Some some = new Some();
        private Optional<ProxyLife> life = Optional.empty();

        @Override
        public Fit offer(Request request) {
            if (life.isEmpty()) {
                life = Optional.of(request.life());
            }
            return life.get().equals(request.life()) ? some.offer(request) : Fit.LATER;
        }
    }

    private static final class Some implements Gathering<Object> {

        private int count;

        @Override
        public Fit offer(Object request) {
            count++;
            return count > GROUP ? Fit.FULL : Fit.TAKEN;
        }
    }
}
