package io.quaestor.simulation.proxy;

import io.quaestor.catalogue.RpcCatalogue;
import io.quaestor.coordinator.Coordinator;
import io.quaestor.coordinator.CoordinatorParts;
import io.quaestor.health.HealthMonitor;
import io.quaestor.health.HealthSettings;
import io.quaestor.health.NodeProbe;
import io.quaestor.repair.Reconciler;
import io.quaestor.repair.RepairParts;
import io.quaestor.repair.RepairSettings;
import io.quaestor.repair.Replicator;
import io.quaestor.routing.ClusterView;
import io.quaestor.routing.Election;
import io.quaestor.simulation.Sabotage;
import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.engine.EventLoop;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.Scheduler;
import io.quaestor.simulation.engine.SimulatedClock;
import io.quaestor.simulation.nodes.Fleet;
import io.quaestor.simulation.nodes.Node;
import io.quaestor.simulation.nodes.SimulatedReplication;
import io.quaestor.spi.election.ElectionDecision;
import io.quaestor.spi.election.ElectionRequest;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import io.quaestor.testkit.fake.FaultyDatastore;
import io.quaestor.testkit.fake.InMemoryDatastore;
import io.quaestor.testkit.fake.RecordingMeters;
import io.quaestor.testkit.fake.ScriptedNodeCalls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// One proxy: the real coordinator, ledger, health monitor, replicator and reconciler, between twins of the transport,
/// the datastore and the nodes.
public final class SimulatedProxy {

    private static final int UNAVAILABLE = 14;
    private static final HealthSettings HEALTH =
            new HealthSettings(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(5));
    private static final RepairSettings REPAIR =
            new RepairSettings(1, 5, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(30));
    private static final Duration RECONCILIATION = Duration.ofSeconds(20);

    private final Owner owner;
    private final Scheduler scheduler;
    private final Chance chance;
    private final Fleet fleet;
    private final SimulatedClock clock;
    private final FaultyDatastore datastore;
    private final List<EventLoop> loops;
    private final HealthMonitor monitor;
    private final Replicator replicator;
    private final Reconciler reconciler;
    private final Coordinator coordinator;

    public SimulatedProxy(
            String name,
            Scheduler scheduler,
            Chance chance,
            Fleet fleet,
            InMemoryDatastore shared,
            int replicationFactor,
            Sabotage sabotage) {
        this.owner = new Owner(name);
        this.scheduler = scheduler;
        this.chance = chance;
        this.fleet = fleet;
        clock = new SimulatedClock(scheduler, owner);
        datastore = new FaultyDatastore(shared.join());
        loops = List.of(new EventLoop(scheduler, owner), new EventLoop(scheduler, owner));
        var threads = scheduler.threads(owner);
        var far = new SimulatedDatastore(datastore, scheduler, clock, owner, chance, sabotage).far();
        var nodes = fleet.nodes().stream().map(Node::id).toList();
        NodeProbe probe = (node, _) -> {
            clock.sleep(chance.millis(0, 10));
            return fleet.node(node).isUp();
        };
        monitor = new HealthMonitor(nodes, HEALTH, probe, name, far::nodeHealth, clock, threads);
        var meters = new RecordingMeters();
        NodeCalls calls = new ScriptedNodeCalls(); // nothing in this story makes any
        var replication = new SimulatedReplication(fleet, clock, chance, sabotage);
        var repair = new RepairParts(
                () -> far,
                _ -> replication,
                calls,
                (node, path, _) -> exists(node, path),
                monitor::healthy,
                meters,
                clock,
                threads,
                chance.seed());
        replicator = new Replicator(nodes, REPAIR, repair);
        reconciler = new Reconciler(RECONCILIATION, repair, replicator::wake);
        monitor.addListener((node, healthy, _) -> {
            if (healthy) {
                replicator.wake(node);
                reconciler.nodeIsBack();
            }
        });
        var storages = nodes.stream().map(NodeId::storage).toList();
        var groups = Map.of(Fleet.VIRTUAL_STORAGE, new ClusterView.Group(storages, replicationFactor));
        coordinator = new Coordinator(new CoordinatorParts(
                RpcCatalogue.builtin(),
                () -> far,
                calls,
                () -> new ClusterView(groups, monitor.healthy()),
                _ -> r -> r.replicas().get(Math.floorMod(r.seed(), r.replicas().size())),
                _ -> SimulatedProxy::elect,
                replicator::wake,
                meters,
                clock,
                threads,
                chance.seed(),
                1000));
        far.placements().watch(coordinator.placementListener());
        datastore.notifications(FaultyDatastore.Notifications.LATE);
        deliverNews();
        monitor.start();
        replicator.start();
        reconciler.start();
    }

    /// Where its datastore goes wrong.
    public FaultyDatastore datastore() {
        return datastore;
    }

    public boolean isDead() {
        return owner.isDead();
    }

    /// Takes a call of a client.
    ///
    /// @param client hears the answer, unless the proxy dies before
    public void take(Call call, Consumer<Answer> client) {
        var loop = chance.of(loops);
        var rpc = Objects.requireNonNull(coordinator.find(call.kind().method()));
        var request = call.kind().request(Fleet.VIRTUAL_STORAGE.name(), call.key().relativePath());
        loop.execute(() ->
                coordinator.lead(new SimulatedExchange(call, rpc, fleet, loop, owner, client), rpc, request));
    }

    /// News that a connection to a node broke.
    public void connectionLost(NodeId node) {
        monitor.connectionLost(node);
    }

    /// Dies at once.
    public void kill() {
        owner.die();
        datastore.close();
    }

    /// Ends in order: records are made, jobs are handed back. Nobody sends it calls any more.
    ///
    /// @param stopped hears of the end
    public void stop(Runnable stopped) {
        scheduler.threads(owner).newThread(() -> {
            try {
                coordinator.awaitRecords(Duration.ofSeconds(30));
                reconciler.stop(Duration.ofSeconds(5));
                replicator.stop(Duration.ofSeconds(5));
                monitor.stop(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts a stop", e);
            }
            kill();
            stopped.run();
        }).start();
    }

    private boolean exists(NodeId id, ReplicaPath path) throws NodeCallException, InterruptedException {
        clock.sleep(chance.millis(0, 20));
        var node = fleet.node(id);
        if (!node.isUp()) {
            throw new NodeCallException(id, UNAVAILABLE, "connection refused");
        }
        return node.has(path);
    }

    /// The rule of `per_repository`, without the plug-in.
    private static ElectionDecision elect(ElectionRequest request) {
        var eligible = Election.eligible(request);
        if (eligible.isEmpty()) {
            return new ElectionDecision.Vacant("nobody is eligible");
        }
        var kept = request.current().filter(eligible::contains);
        return new ElectionDecision.Elected(
                kept.orElseGet(() -> eligible.get(Math.floorMod(request.seed(), eligible.size()))), "eligible");
    }

    /// News of the datastore come late, some of them together.
    private void deliverNews() {
        datastore.deliver();
        scheduler.after(chance.millis(0, 300), owner, this::deliverNews);
    }

    @Override
    public String toString() {
        return owner.toString();
    }
}
