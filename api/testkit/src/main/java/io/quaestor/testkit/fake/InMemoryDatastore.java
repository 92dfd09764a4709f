package io.quaestor.testkit.fake;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.NodeHealth;
import io.quaestor.spi.datastore.Placements;
import io.quaestor.spi.datastore.Primaries;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.ReplicationJobs;
import io.quaestor.spi.datastore.Repositories;
import io.quaestor.spi.datastore.Schema;
import io.quaestor.spi.datastore.WriteTurn;
import io.quaestor.spi.datastore.WriteTurns;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apiguardian.api.API;

/// A whole datastore in memory: complete, atomic, and quick. It forgets everything with the process, so it is for tests.
///
/// Listeners hear of a change on the thread that makes it, before its method returns. Several proxies share one: see
/// [#join()].
@API(status = EXPERIMENTAL, since = "0.1")
public final class InMemoryDatastore implements Datastore {

    private final MemoryTables tables;
    private final MemorySession session;
    private final MemoryRepositories repositories;
    private final MemoryReplicationJobs jobs;
    private final boolean keepsIntents;

    /// @param clock   what "now" is, for jobs, for the health of nodes, and for the lives of proxies
    /// @param cluster the storages that are configured, in order
    public InMemoryDatastore(Clock clock, Map<VirtualStorage, List<StorageName>> cluster) {
        this(new MemoryTables(clock, cluster), true);
    }

    private InMemoryDatastore(MemoryTables tables, boolean keepsIntents) {
        this.tables = tables;
        this.session = new MemorySession(tables);
        this.repositories = new MemoryRepositories(session);
        this.jobs = new MemoryReplicationJobs(session);
        this.keepsIntents = keepsIntents;
    }

    /// The same datastore as another proxy sees it, with a listener and an end of its own.
    public InMemoryDatastore join() {
        return new InMemoryDatastore(tables, keepsIntents);
    }

    /// The same datastore as a proxy sees it that has no right to keep intents.
    public InMemoryDatastore joinWithoutIntents() {
        return new InMemoryDatastore(tables, false);
    }

    /// Puts a repository there, as if it had had writes and failures before. All of it is assigned everywhere and its
    /// generation is the highest that is given.
    ///
    /// @param primary     stored as the primary
    /// @param generations what each replica has
    public RepositoryId put(RepositoryKey key, StorageName primary, Map<StorageName, Long> generations)
            throws InterruptedException {
        return session.run(() -> {
            var id = new RepositoryId(++tables.lastRepository);
            var repository = new MemoryRepository(id, key, new ReplicaPath("@cluster/repositories/" + id));
            generations.forEach((storage, value) -> repository.replicas.put(storage, new Generation(value)));
            repository.generation =
                    generations.values().stream().mapToLong(Long::longValue).max().orElse(0);
            repository.primary = Optional.of(primary);
            tables.add(repository);
            return id;
        });
    }

    /// Says where the repository should be; nowhere in particular means everywhere.
    public void assign(RepositoryId id, StorageName... storages) throws InterruptedException {
        session.run(() -> {
            MemoryRepository repository = tables.find(id).orElseThrow();
            repository.assignments.clear();
            repository.assignments.addAll(List.of(storages));
            tables.touch(repository.key);
            return 0;
        });
    }

    /// Lets a proxy named `test` report every configured node as reached. That holds for ten seconds of the clock.
    public void reportAllHealthy() throws InterruptedException {
        var all = new HashMap<NodeId, Boolean>();
        tables.cluster.forEach((virtualStorage, storages) ->
                storages.forEach(storage -> all.put(new NodeId(virtualStorage, storage), true)));
        nodeHealth().report("test", all);
    }

    /// All jobs there are, oldest first.
    public List<StoredJob> jobs() throws InterruptedException {
        return session.run(() -> {
            var all = new ArrayList<StoredJob>();
            tables.jobs.values().forEach(job -> all.add(new StoredJob(job.id, job.job, job.state, job.attemptsLeft)));
            return List.copyOf(all);
        });
    }

    /// The repositories to which a proxy has opened writes that have not ended.
    public List<RepositoryKey> openIntents(ProxyLife life) throws InterruptedException {
        return session.run(() -> tables.writes.rows.values().stream()
                .filter(row -> row.isOpen() && row.life.equals(life))
                .map(row -> row.key)
                .toList());
    }

    /// The repositories whose turn a proxy has.
    public List<RepositoryId> turnsTaken(ProxyLife life) throws InterruptedException {
        return session.run(() -> tables.writes.turns.values().stream()
                .filter(turn -> turn.life().equals(life))
                .map(WriteTurn::repository)
                .toList());
    }

    /// All writes that are under way, in the order of their intents.
    public List<StoredIntent> openIntents() throws InterruptedException {
        return session.run(() -> tables.writes.rows.values().stream()
                .filter(MemoryIntent::isOpen)
                .map(row -> new StoredIntent(
                        row.id,
                        row.life,
                        row.repository,
                        row.key,
                        row.creation,
                        row.transaction,
                        tables.writes.isLiving(row)))
                .toList());
    }

    @Override
    public void start() throws InterruptedException {
        session.run(() -> 0);
    }

    @Override
    public Repositories repositories() {
        return repositories;
    }

    @Override
    public Placements placements() {
        return session;
    }

    @Override
    public Primaries primaries() {
        return session;
    }

    @Override
    public ReplicationJobs replicationJobs() {
        return jobs;
    }

    @Override
    public NodeHealth nodeHealth() {
        return new NodeHealth() {
            @Override
            public void report(String proxy, Map<NodeId, Boolean> reachable) throws InterruptedException {
                session.run(() -> {
                    var said = tables.sightings.computeIfAbsent(proxy, _ -> new TreeMap<>());
                    var now = tables.clock.now();
                    reachable.forEach((node, reached) -> {
                        var before = Optional.ofNullable(said.get(node)).flatMap(MemoryTables.Sighting::seen);
                        said.put(node, new MemoryTables.Sighting(now, reached ? Optional.of(now) : before));
                    });
                    return 0;
                });
            }

            @Override
            public Set<NodeId> healthy() throws InterruptedException {
                return session.run(() -> new LinkedHashSet<>(tables.healthy()));
            }
        };
    }

    @Override
    public Optional<Intents> intents() {
        return keepsIntents ? Optional.of(new MemoryIntents(session)) : Optional.empty();
    }

    @Override
    public Optional<WriteTurns> turns() {
        return keepsIntents ? Optional.of(new MemoryTurns(session)) : Optional.empty();
    }

    @Override
    public Schema schema() {
        return new Schema() {
            @Override
            public String ping() throws InterruptedException {
                return session.run(() -> "the memory of this process");
            }

            @Override
            public List<String> pending() throws InterruptedException {
                return session.run(List::of);
            }

            @Override
            public List<String> migrate() throws InterruptedException {
                return session.run(List::of);
            }
        };
    }

    @Override
    public void close() {
        session.close();
    }
}
