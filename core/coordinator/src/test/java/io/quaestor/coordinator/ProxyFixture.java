package io.quaestor.coordinator;

import io.quaestor.catalogue.RpcCatalogue;
import io.quaestor.routing.ClusterView;
import io.quaestor.routing.Election;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.election.ElectionDecision;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.testkit.fake.FaultyDatastore;
import io.quaestor.testkit.fake.InMemoryDatastore;
import io.quaestor.testkit.fake.ManualClock;
import io.quaestor.testkit.fake.RecordingMeters;
import io.quaestor.testkit.fake.ScriptedNode;
import io.quaestor.testkit.fake.ScriptedNodeCalls;
import io.quaestor.testkit.fake.StoredJob;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/// A proxy in front of three nodes, with a datastore that goes wrong when told so. Reads go to the last replica that is
/// offered, so that a test sees whether the others would do; elections choose the first that may.
final class ProxyFixture {

    static final VirtualStorage DEFAULT = new VirtualStorage("default");
    static final RepositoryKey KEY = new RepositoryKey(DEFAULT, "a/b.git");
    static final List<StorageName> STORAGES =
            List.of(new StorageName("g1"), new StorageName("g2"), new StorageName("g3"));

    static final String READ = "gitaly.CommitService/FindCommit";
    static final String READ_OF_PRIMARY = "gitaly.RepositoryService/RepositorySize";
    static final String WRITE = "gitaly.RefService/DeleteRefs";
    static final String WRITE_WITH_OTHER = "gitaly.ObjectPoolService/FetchIntoObjectPool";
    static final String CREATE = "gitaly.RepositoryService/CreateRepository";
    static final String UPSERT = "gitaly.RepositoryService/ReplicateRepository";
    static final String MAINTAIN = "gitaly.RepositoryService/OptimizeRepository";
    static final String EXISTS = "gitaly.RepositoryService/RepositoryExists";
    static final String REMOVE = "gitaly.RepositoryService/RemoveRepository";
    static final String WALK = "gitaly.InternalGitaly/WalkRepos";

    final ManualClock clock = new ManualClock();
    final InMemoryDatastore memory = new InMemoryDatastore(clock, Map.of(DEFAULT, STORAGES));
    final FaultyDatastore datastore = new FaultyDatastore(memory);
    final AtomicInteger threads = new AtomicInteger();
    final List<String> rings = new CopyOnWriteArrayList<>();
    final Map<String, ScriptedNode> nodes = STORAGES.stream()
            .collect(Collectors.toMap(StorageName::value, s -> new ScriptedNode(new NodeId(DEFAULT, s))));
    final ScriptedNodeCalls nodeCalls = new ScriptedNodeCalls(nodes.values().toArray(ScriptedNode[]::new));
    final RecordingMeters meters = new RecordingMeters();
    final Coordinator coordinator;
    volatile ClusterView view = view(0, "g1", "g2", "g3");

    ProxyFixture() throws InterruptedException {
        memory.reportAllHealthy();
        coordinator = new Coordinator(new CoordinatorParts(
                RpcCatalogue.builtin(),
                () -> datastore,
                nodeCalls,
                () -> view,
                _ -> request -> request.replicas().getLast(),
                _ -> request -> {
                    var eligible = Election.eligible(request);
                    return request.current().filter(eligible::contains).isPresent() || eligible.isEmpty()
                            ? new ElectionDecision.Vacant("nothing to do")
                            : new ElectionDecision.Elected(eligible.getFirst(), "first one");
                },
                node -> rings.add(node.storage().value()),
                meters,
                clock,
                task -> {
                    threads.incrementAndGet();
                    return Thread.ofVirtual().unstarted(task);
                },
                1,
                1000));
        datastore.placements().watch(coordinator.placementListener());
    }

    static ClusterView view(int factor, String... reached) {
        return new ClusterView(
                Map.of(DEFAULT, new ClusterView.Group(STORAGES, factor)),
                Set.of(reached).stream().map(s -> NodeId.of("default", s)).collect(Collectors.toSet()));
    }

    /// Puts the repository there.
    ///
    /// @param generations of `g1`, `g2`, `g3`; a negative one for nothing
    RepositoryId repository(String primary, long... generations) throws InterruptedException {
        return repository(KEY, primary, generations);
    }

    RepositoryId repository(RepositoryKey key, String primary, long... generations) throws InterruptedException {
        var replicas = new TreeMap<StorageName, Long>();
        for (int i = 0; i < generations.length; i++) {
            if (generations[i] >= 0) {
                replicas.put(STORAGES.get(i), generations[i]);
            }
        }
        return memory.put(key, new StorageName(primary), replicas);
    }

    ScriptedExchange call(String method) {
        return call(method, Messages.about("default", "a/b.git"));
    }

    ScriptedExchange call(String method, byte[] message) {
        return call(new ScriptedExchange(), method, message);
    }

    ScriptedExchange call(ScriptedExchange exchange, String method, byte[] message) {
        var rpc = coordinator.find(method);
        if (rpc == null) {
            throw new IllegalArgumentException(method);
        }
        coordinator.lead(exchange, rpc, message);
        return exchange;
    }

    Placement placement() throws InterruptedException {
        return memory.placements().find(KEY).orElseThrow();
    }

    /// Generation of the repository and of its replicas, as in `6: g1=6 g2=5`.
    String generations() throws InterruptedException {
        return placement().generation() + ": "
                + placement().replicas().stream()
                        .filter(r -> r.generation().isRecorded())
                        .map(r -> r.storage() + "=" + r.generation())
                        .collect(Collectors.joining(" "));
    }

    /// The jobs there are, as in `g1→g2 g1→g3`.
    String jobs() throws InterruptedException {
        return memory.jobs().stream()
                .map(StoredJob::job)
                .map(j -> j.source().map(StorageName::value).orElse("") + "→" + j.target())
                .sorted()
                .collect(Collectors.joining(" "));
    }
}
