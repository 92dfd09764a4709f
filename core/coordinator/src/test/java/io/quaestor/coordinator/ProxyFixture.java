package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.catalogue.RpcCatalogue;
import io.quaestor.routing.ClusterView;
import io.quaestor.routing.Election;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.election.ElectionDecision;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.reading.ReadRequest;
import io.quaestor.testkit.fake.FaultyDatastore;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import io.quaestor.testkit.fake.InMemoryDatastore;
import io.quaestor.testkit.fake.ManualClock;
import io.quaestor.testkit.fake.RecordingMeters;
import io.quaestor.testkit.fake.ScriptedNode;
import io.quaestor.testkit.fake.ScriptedNodeCalls;
import io.quaestor.testkit.fake.StoredJob;
import io.quaestor.testkit.fake.WatchedThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A proxy in front of three nodes, with a datastore that goes wrong when told so. Reads go to the last replica that is
/// offered, so that a test sees whether the others would do; elections choose the first that may.
///
/// After each test all calls are ended, and nothing may be left of them.
final class ProxyFixture implements AfterEachCallback {

    static final VirtualStorage DEFAULT = new VirtualStorage("default");
    static final RepositoryKey KEY = new RepositoryKey(DEFAULT, "a/b.git");
    static final List<StorageName> STORAGES =
            List.of(new StorageName("g1"), new StorageName("g2"), new StorageName("g3"));

    static final String READ = "gitaly.CommitService/FindCommit";
    static final String READ_OF_PRIMARY = "gitaly.RepositoryService/RepositorySize";
    static final String WRITE = "gitaly.RefService/DeleteRefs";
    static final String WRITE_WITH_OTHER = "gitaly.ObjectPoolService/FetchIntoObjectPool";
    static final String WRITE_OUTSIDE_VOTES = "gitaly.RepositoryService/FetchRemote";
    static final String WRITE_WITHOUT_VOTES = "gitaly.ObjectPoolService/CreateObjectPool";
    static final String PUSH = "gitaly.SmartHTTPService/PostReceivePack";
    static final String STREAM = "gitaly.RefService/UpdateReferences";
    static final String CREATE = "gitaly.RepositoryService/CreateRepository";
    static final String UPSERT = "gitaly.RepositoryService/ReplicateRepository";
    static final String MAINTAIN = "gitaly.RepositoryService/OptimizeRepository";
    static final String EXISTS = "gitaly.RepositoryService/RepositoryExists";
    static final String REMOVE = "gitaly.RepositoryService/RemoveRepository";
    static final String WALK = "gitaly.InternalGitaly/WalkRepos";

    private static final Duration STEP = Duration.ofSeconds(1);
    private static final int MOST_STEPS = 600;

    final ManualClock clock = new ManualClock();
    final TestLoop loop = new TestLoop();
    final WatchedThreads threads = new WatchedThreads();
    final InMemoryDatastore memory = new InMemoryDatastore(clock, Map.of(DEFAULT, STORAGES));
    final FaultyDatastore datastore;
    final List<String> rings = new CopyOnWriteArrayList<>();
    final Map<String, ScriptedNode> nodes = STORAGES.stream()
            .collect(Collectors.toMap(StorageName::value, s -> new ScriptedNode(new NodeId(DEFAULT, s))));
    final ScriptedNodeCalls nodeCalls = new ScriptedNodeCalls(nodes.values().toArray(ScriptedNode[]::new));
    final RecordingMeters meters = new RecordingMeters();
    final ProxyLease lease;
    final Coordinator coordinator;
    volatile ClusterView view = view(0, "g1", "g2", "g3");

    /// What happens when a replica has just been chosen to be read.
    volatile Runnable whenChosen = () -> {};

    private final List<ScriptedExchange> exchanges = new ArrayList<>();
    private boolean leaseKept = true;

    ProxyFixture() throws InterruptedException {
        this(TransactionSettings.DEFAULT, memory -> memory);
    }

    /// @param seen the datastore as this proxy sees it
    ProxyFixture(TransactionSettings settings, UnaryOperator<InMemoryDatastore> seen) throws InterruptedException {
        memory.reportAllHealthy();
        datastore = new FaultyDatastore(seen.apply(memory));
        lease = new ProxyLease(
                new ProxyIdentity("proxy", "host"),
                settings.lease(),
                () -> datastore,
                clock,
                _ -> Thread.ofVirtual().unstarted(() -> {})); // the fixture is the keeper
        lease.start();
        coordinator = new Coordinator(new CoordinatorParts(
                RpcCatalogue.builtin(),
                () -> datastore,
                nodeCalls,
                () -> view,
                _ -> this::last,
                _ -> request -> {
                    var eligible = Election.eligible(request);
                    return request.current().filter(eligible::contains).isPresent() || eligible.isEmpty()
                            ? new ElectionDecision.Vacant("nothing to do")
                            : new ElectionDecision.Elected(eligible.getFirst(), "first one");
                },
                node -> rings.add(node.storage().value()),
                lease,
                settings,
                meters,
                clock,
                threads,
                1,
                1000));
        datastore.placements().watch(coordinator.placementListener());
    }

    private StorageName last(ReadRequest request) {
        var chosen = request.replicas().getLast();
        whenChosen.run();
        return chosen;
    }

    /// One whose datastore keeps no intents and no turns.
    static ProxyFixture withoutIntents() throws InterruptedException {
        return new ProxyFixture(TransactionSettings.DEFAULT, InMemoryDatastore::joinWithoutIntents);
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

    /// A client.
    ScriptedExchange exchange() {
        var exchange = new ScriptedExchange(this);
        exchanges.add(exchange);
        return exchange;
    }

    ScriptedExchange call(String method) {
        return call(method, Messages.about("default", "a/b.git"));
    }

    ScriptedExchange call(String method, byte[] message) {
        return call(exchange(), method, message);
    }

    ScriptedExchange call(ScriptedExchange exchange, String method, byte[] message) {
        var rpc = coordinator.find(method);
        if (rpc == null) {
            throw new IllegalArgumentException(method);
        }
        coordinator.lead(exchange, rpc, message);
        return exchange;
    }

    /// Everything that can go on has gone on: only the clock, a held datastore or the test can bring news.
    void settle() throws InterruptedException {
        loop.turnUntil("all come to rest", () -> clock.isSettled(this::rests));
    }

    private boolean rests() {
        return threads.rest() && loop.isEmpty();
    }

    /// Time goes by, and the proxy keeps its lease meanwhile as far as the datastore lets it.
    void advance(Duration time) throws InterruptedException {
        for (var left = time; left.isPositive(); left = left.minus(STEP)) {
            var step = left.compareTo(STEP) < 0 ? left : STEP;
            loop.turnUntil("all come to rest", () -> clock.advanceIf(this::rests, step));
            settle();
            lease.beat();
            if (leaseKept) {
                lease.renew();
            }
            memory.reportAllHealthy();
        }
        settle();
    }

    /// From now on the lease is not renewed.
    void neglectLease() {
        leaseKept = false;
    }

    /// It is renewed again.
    void renewLease() throws InterruptedException {
        leaseKept = true;
        lease.renew();
    }

    ProxyLife life() {
        return lease.life().orElseThrow();
    }

    /// How many writes of this proxy the datastore knows to be under way.
    int openIntents() throws InterruptedException {
        return memory.openIntents(life()).size();
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

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        datastore.endOutage();
        for (var operation : Operation.values()) {
            datastore.release(operation);
        }
        settle();
        if (context.getExecutionException().isPresent()) {
            return; // whatever is left, it is not this that is wrong
        }
        renewLease();
        for (var exchange : exchanges) {
            exchange.abandon();
        }
        for (int i = 0; i < MOST_STEPS && !threads.haveEnded(); i++) {
            advance(STEP);
        }
        assertThat(threads.haveEnded()).as("nobody waits any more").isTrue();
        assertThat(coordinator.isIdle()).as("no transaction and no write is left").isTrue();
        if (lease.life().isPresent()) {
            assertThat(memory.openIntents(life())).as("intents that are left").isEmpty();
            assertThat(memory.turnsTaken(life())).as("turns that are left").isEmpty();
        }
        assertThat(clock.scheduled()).as("timers that are left").isZero();
    }

    /// The datastore as another proxy sees it.
    Datastore elsewhere() {
        return memory.join();
    }
}
