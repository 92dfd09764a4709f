package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// What all proxies of an [InMemoryDatastore] share. Everything but [#changing] is called under its lock.
final class MemoryTables {

    private static final Duration SEEN = Duration.ofSeconds(10); // DS 1.6
    private static final Duration VOTER = Duration.ofSeconds(60); // DS 1.6

    final Clock clock;
    final Map<VirtualStorage, List<StorageName>> cluster;
    final TreeMap<RepositoryId, MemoryRepository> repositories = new TreeMap<>();
    final TreeMap<Long, MemoryJob> jobs = new TreeMap<>();
    final MemoryIntentRows writes;
    final Map<String, Map<NodeId, Sighting>> sightings = new TreeMap<>();
    final List<PlacementListener> listeners = new CopyOnWriteArrayList<>();
    long lastRepository;
    long lastJob;

    private final Map<RepositoryKey, MemoryRepository> byKey = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock delivery = new ReentrantLock();
    private final Set<RepositoryKey> touched = new LinkedHashSet<>();
    private Instant lastTaken = Instant.MIN;

    /// What a proxy said of a node.
    ///
    /// @param attempted when it last tried
    /// @param seen      when it last succeeded
    record Sighting(Instant attempted, Optional<Instant> seen) {}

    MemoryTables(Clock clock, Map<VirtualStorage, List<StorageName>> cluster) {
        this.clock = clock;
        this.cluster = new LinkedHashMap<>(cluster);
        this.writes = new MemoryIntentRows(clock);
    }

    /// Runs the work alone, then tells the listeners what it touched, before it answers (I4). They are told outside of
    /// the lock, so that a listener may wait for a thread that reads.
    <T> T changing(Supplier<T> work) throws InterruptedException {
        List<RepositoryKey> news;
        T answer;
        lock.lockInterruptibly();
        try {
            answer = work.get();
            news = List.copyOf(touched);
            touched.clear();
        } finally {
            lock.unlock();
        }
        tell(news);
        return answer;
    }

    private void tell(List<RepositoryKey> news) {
        if (news.isEmpty()) {
            return;
        }
        delivery.lock();
        try {
            for (PlacementListener listener : listeners) {
                news.forEach(listener::changed);
            }
        } finally {
            delivery.unlock();
        }
    }

    void touch(RepositoryKey key) {
        touched.add(key);
    }

    Optional<MemoryRepository> find(RepositoryKey key) {
        return Optional.ofNullable(byKey.get(key));
    }

    Optional<MemoryRepository> find(RepositoryId id) {
        return Optional.ofNullable(repositories.get(id));
    }

    void add(MemoryRepository repository) {
        repositories.put(repository.id, repository);
        byKey.put(repository.key, repository);
        touch(repository.key);
    }

    /// Forgets it with its jobs, those under way included (I9), and with its intents.
    void forget(MemoryRepository repository) {
        repositories.remove(repository.id);
        byKey.remove(repository.key);
        jobs.values().removeIf(job -> job.job.repository().equals(repository.id));
        writes.forget(repository.id);
        touch(repository.key);
    }

    List<StorageName> configured(VirtualStorage virtualStorage) {
        return cluster.getOrDefault(virtualStorage, List.of());
    }

    /// The rule of DS 2.3.15: assignments to storages that are not configured do not exist; without any other, the
    /// repository belongs everywhere.
    Set<StorageName> assigned(MemoryRepository repository) {
        var all = configured(repository.key.virtualStorage());
        var named = new LinkedHashSet<>(all);
        named.retainAll(repository.assignments);
        return named.isEmpty() ? new LinkedHashSet<>(all) : named;
    }

    /// Whether a live job is to delete that replica.
    boolean leaving(MemoryRepository repository, StorageName storage) {
        return jobs.values().stream()
                .anyMatch(job -> job.deletes()
                        && job.job.repository().equals(repository.id)
                        && job.job.target().equals(storage));
    }

    Placement placement(MemoryRepository repository) {
        var virtualStorage = repository.key.virtualStorage();
        var healthy = healthy();
        var assigned = assigned(repository);
        var configured = configured(virtualStorage);
        var replicas = new ArrayList<Replica>();
        var shown = new LinkedHashSet<>(configured);
        shown.addAll(repository.replicas.keySet());
        for (StorageName storage : shown) {
            var has = repository.generationOf(storage);
            if (has.isRecorded() || assigned.contains(storage)) {
                replicas.add(new Replica(
                        storage,
                        has,
                        configured.contains(storage),
                        assigned.contains(storage),
                        healthy.contains(new NodeId(virtualStorage, storage)),
                        leaving(repository, storage),
                        Optional.empty()));
            }
        }
        return new Placement(
                repository.id,
                repository.key,
                repository.path,
                new Generation(repository.generation),
                repository.primary,
                writes.suspectSince(repository.id),
                replicas);
    }

    /// The vote of the proxies (DS 1.6): half of those that tried within a minute saw it within ten seconds.
    Set<NodeId> healthy() {
        Instant now = clock.now();
        var voters = new HashMap<VirtualStorage, Set<String>>();
        var votes = new HashMap<NodeId, Integer>();
        sightings.forEach((proxy, nodes) -> nodes.forEach((node, sighting) -> {
            if (!sighting.attempted().isBefore(now.minus(VOTER))) {
                voters.computeIfAbsent(node.virtualStorage(), _ -> new HashSet<>()).add(proxy);
            }
            if (sighting.seen().filter(seen -> !seen.isBefore(now.minus(SEEN))).isPresent()) {
                votes.merge(node, 1, Integer::sum);
            }
        }));
        var healthy = new HashSet<NodeId>();
        votes.forEach((node, count) -> {
            int active = voters.getOrDefault(node.virtualStorage(), Set.of()).size();
            if (2 * count >= active) {
                healthy.add(node);
            }
        });
        return healthy;
    }

    /// A time that was never given before, since with its number it says who holds a job.
    Instant uniqueTime() {
        Instant now = clock.now();
        lastTaken = now.isAfter(lastTaken) ? now : lastTaken.plusNanos(1_000); // as fine as PostgreSQL
        return lastTaken;
    }
}
