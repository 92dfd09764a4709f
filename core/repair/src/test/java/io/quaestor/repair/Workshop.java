package io.quaestor.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.testkit.fake.FaultyDatastore;
import io.quaestor.testkit.fake.InMemoryDatastore;
import io.quaestor.testkit.fake.ManualClock;
import io.quaestor.testkit.fake.RecordingMeters;
import io.quaestor.testkit.fake.ScriptedNode;
import io.quaestor.testkit.fake.ScriptedNodeCalls;
import io.quaestor.testkit.fake.WatchedThreads;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Repairers with everything they stand on, three nodes, and time that stands still.
final class Workshop {

    static final StorageName G1 = new StorageName("gitaly-1");
    static final StorageName G2 = new StorageName("gitaly-2");
    static final StorageName G3 = new StorageName("gitaly-3");
    static final Duration LIMIT = Duration.ofSeconds(8);

    final ManualClock clock = new ManualClock();
    final InMemoryDatastore data = new InMemoryDatastore(clock, Map.of(Stories.DEFAULT, List.of(G1, G2, G3)));
    final FaultyDatastore faults = new FaultyDatastore(data);
    final WatchedDatastore datastore = new WatchedDatastore(faults);
    final ScriptedTransport transport = new ScriptedTransport();
    final RecordingMeters meters = new RecordingMeters();
    final Set<NodeId> reached = ConcurrentHashMap.newKeySet();
    final Map<StorageName, ScriptedNode> nodes = Stream.of(G1, G2, G3)
            .collect(Collectors.toMap(storage -> storage, storage -> new ScriptedNode(node(storage))));
    final ScriptedNodeCalls nodeCalls = new ScriptedNodeCalls(nodes.values().toArray(ScriptedNode[]::new));

    /// What nodes say of themselves, by storage: whether they have the repository. Who is not here does not say.
    final Map<StorageName, Boolean> says = new ConcurrentHashMap<>();

    private final WatchedThreads threads = new WatchedThreads();
    private final int waiters;

    /// @param waiters how many threads wait for the clock when nothing happens; zero if that is not known
    Workshop(int waiters) {
        this.waiters = waiters;
        reached.addAll(List.of(node(G1), node(G2), node(G3)));
        says.putAll(Map.of(G1, true, G2, true, G3, true));
    }

    RepairParts parts() {
        return new RepairParts(
                () -> datastore,
                _ -> transport,
                nodeCalls,
                (node, _, _) -> {
                    var has = says.get(node.storage());
                    if (has == null) {
                        throw new NodeCallException(node, 14, "unavailable");
                    }
                    return has;
                },
                () -> reached,
                meters,
                clock,
                threads,
                0);
    }

    Replicator replicator(int workers) {
        var settings = new RepairSettings(
                workers, 10, Duration.ofSeconds(30), Duration.ofHours(6), Duration.ofMinutes(10));
        return new Replicator(List.of(node(G1), node(G2), node(G3)), settings, parts());
    }

    /// Waits until a thread of that name has ended.
    void awaitEndOf(String name) throws InterruptedException {
        for (var thread : threads.named(name).toList()) {
            assertThat(thread.join(Duration.ofSeconds(10))).as(name).isTrue();
        }
    }

    static NodeId node(StorageName storage) {
        return new NodeId(Stories.DEFAULT, storage);
    }

    /// A repository whose replicas have those generations, from `gitaly-1` on; below zero for none.
    RepositoryId repository(String path, long... generations) throws InterruptedException {
        var replicas = new HashMap<StorageName, Long>();
        for (int i = 0; i < generations.length; i++) {
            if (generations[i] >= 0) {
                replicas.put(List.of(G1, G2, G3).get(i), generations[i]);
            }
        }
        return data.put(new RepositoryKey(Stories.DEFAULT, path), G1, replicas);
    }

    void update(RepositoryId id, StorageName source, StorageName target) throws InterruptedException {
        add(id, JobChange.UPDATE, Optional.of(source), target);
    }

    void delete(RepositoryId id, StorageName target) throws InterruptedException {
        add(id, JobChange.DELETE_REPLICA, Optional.empty(), target);
    }

    void add(RepositoryId id, JobChange change, Optional<StorageName> source, StorageName target)
            throws InterruptedException {
        var key = data.placements().find(id).map(p -> p.key()).orElse(new RepositoryKey(Stories.DEFAULT, "gone.git"));
        assertThat(data.replicationJobs().add(new NewJob(id, key, change, source, target, "correlation")))
                .isTrue();
    }

    /// What is recorded of a replica; -1 if nothing is.
    long generation(RepositoryId id, StorageName storage) throws InterruptedException {
        return data.placements()
                .find(id)
                .flatMap(p -> p.replica(storage))
                .map(Replica::generation)
                .map(g -> g.value())
                .orElse(-1L);
    }

    /// The next job that is given back while time stands still.
    String nextEnd() throws InterruptedException {
        return next(datastore.ends);
    }

    /// The next job that is given back while time goes by, no more than so much of it.
    String nextEndWithin(Duration duration) throws InterruptedException {
        return nextWithin(datastore.ends, duration);
    }

    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        var next = queue.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing happens");
        }
        return next;
    }

    /// Time goes by in steps of half a second; in between all threads come to rest, which is seen by their waiting.
    <T> T nextWithin(BlockingQueue<T> queue, Duration duration) throws InterruptedException {
        var step = Duration.ofMillis(500);
        for (var left = duration; left.isPositive() && queue.isEmpty(); left = left.minus(step)) {
            awaitIdle();
            var next = queue.poll(waiters == 0 ? 5 : 0, TimeUnit.MILLISECONDS);
            if (next != null) {
                return next;
            }
            clock.advance(step);
        }
        return next(queue);
    }

    void awaitIdle() throws InterruptedException {
        clock.awaitWaiters(waiters);
    }

    /// Everything that can go on has gone on: only the clock, a held datastore or the test can bring news.
    void settle() {
        awaitTrue(() -> clock.isSettled(threads::rest));
    }

    /// Time goes by once all has come to rest.
    void advance(Duration time) {
        awaitTrue(() -> clock.advanceIf(threads::rest, time));
    }

    /// Time goes by in steps of a second; in between all threads come to rest.
    void pass(Duration time) {
        for (var left = time; left.isPositive(); left = left.minusSeconds(1)) {
            advance(Duration.ofSeconds(1));
        }
        settle();
    }

    private static void awaitTrue(BooleanSupplier rest) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20); // of real time, for a test that hangs
        while (!rest.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("the repairers do not come to rest");
            }
            Thread.yield();
        }
    }
}
