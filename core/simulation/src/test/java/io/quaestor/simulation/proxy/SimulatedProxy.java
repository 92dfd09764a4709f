package io.quaestor.simulation.proxy;

import io.quaestor.catalogue.RepositoryMessage;
import io.quaestor.catalogue.RpcCatalogue;
import io.quaestor.coordinator.Coordinator;
import io.quaestor.coordinator.CoordinatorParts;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.Idleness;
import io.quaestor.coordinator.ProxyLease;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.coordinator.VoteReceiver;
import io.quaestor.coordinator.VoteReceiver.CastVote;
import io.quaestor.coordinator.VoteReceiver.VoteReply;
import io.quaestor.health.HealthMonitor;
import io.quaestor.health.HealthSettings;
import io.quaestor.repair.Reconciler;
import io.quaestor.repair.Recovery;
import io.quaestor.repair.RecoveryParts;
import io.quaestor.repair.RecoverySettings;
import io.quaestor.repair.RepairParts;
import io.quaestor.repair.RepairSettings;
import io.quaestor.repair.Replicator;
import io.quaestor.routing.ClusterView;
import io.quaestor.routing.Election;
import io.quaestor.simulation.Sabotage;
import io.quaestor.simulation.engine.EventLoop;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.SimulatedClock;
import io.quaestor.simulation.nodes.Fleet;
import io.quaestor.simulation.nodes.Node;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.Ripeness;
import io.quaestor.spi.election.ElectionDecision;
import io.quaestor.spi.election.ElectionRequest;
import io.quaestor.spi.model.NodeId;
import io.quaestor.testkit.fake.FaultyDatastore;
import io.quaestor.testkit.fake.RecordingMeters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One proxy: the real coordinator, ledgers, lease, health monitor, replicator, reconciler and recovery, between twins of
/// the transport, the datastore and the nodes.
public final class SimulatedProxy {

    private static final HealthSettings HEALTH =
            new HealthSettings(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(5));
    private static final RepairSettings REPAIR =
            new RepairSettings(1, 5, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(30));
    private static final Duration RECONCILIATION = Duration.ofSeconds(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final String name;
    private final Surroundings around;
    private final Owner owner;
    private final SimulatedClock clock;
    private final Links links;
    private final FaultyDatastore datastore;
    private final List<EventLoop> loops;
    private final Points points;
    private final Datastore far;
    private final HealthMonitor monitor;
    private final Replicator replicator;
    private final Reconciler reconciler;
    private final Recovery recovery;
    private final ProxyLease lease;
    private final Coordinator coordinator;
    private boolean serves;

    /// @param skew by how much its wall clock is ahead
    public SimulatedProxy(String name, Surroundings around, Duration skew) {
        this.name = name;
        this.around = around;
        var scheduler = around.scheduler();
        var chance = around.chance();
        owner = new Owner(name);
        points = point -> around.perils().pass(this, point);
        clock = new SimulatedClock(scheduler, owner, skew);
        links = new Links(around.fleet(), scheduler, chance, owner);
        var joined = around.sabotage() == Sabotage.KEEP_NO_INTENTS
                ? around.datastore().joinWithoutIntents()
                : around.datastore().join();
        datastore = new FaultyDatastore(WitnessedDatastore.of(joined, around.witness(), around.events()));
        loops = List.of(new EventLoop(scheduler, owner), new EventLoop(scheduler, owner));
        var threads = scheduler.threads(owner);
        var sabotage = new StoreSabotage(around.sabotage(), scheduler, owner, around.facts());
        far = new FarDatastore(datastore, clock, owner, chance, points, sabotage).datastore();
        Supplier<Datastore> store = () -> far;
        var nodes = around.fleet().nodes().stream().map(Node::id).toList();
        var transactions = around.limits().transactions(around.sabotage() == Sabotage.TRUST_ANYBODY);

        var leaseClock = around.sabotage() == Sabotage.IGNORE_LEASE ? new StoppedClock(clock) : clock;
        monitor = new HealthMonitor(nodes, HEALTH, this::probe, name, far::nodeHealth, clock, threads);
        lease = new ProxyLease(new ProxyIdentity(name, "host of " + name), transactions.lease(), store, leaseClock, threads);
        var meters = new RecordingMeters();
        var questions = new NodeQuestions(links, clock, chance);
        var calls = new SimulatedNodeCalls(questions);
        var replication = new SimulatedReplication(questions, links, around.sabotage());
        var repair = new RepairParts(
                store,
                _ -> replication,
                calls,
                (node, path, limit) -> questions.<Boolean>ask(node, limit, (service, reply) -> service.exists(path, reply)),
                monitor::healthy,
                meters,
                clock,
                threads,
                chance.seed());
        replicator = new Replicator(nodes, REPAIR, repair);
        reconciler = new Reconciler(RECONCILIATION, repair, replicator::wake);
        var storages = nodes.stream().map(NodeId::storage).toList();
        var groups = Map.of(
                Fleet.VIRTUAL_STORAGE,
                new ClusterView.Group(storages, around.limits().replicationFactor()));
        coordinator = new Coordinator(new CoordinatorParts(
                RpcCatalogue.builtin(),
                store,
                calls,
                () -> new ClusterView(groups, monitor.healthy()),
                _ -> r -> r.replicas().get(Math.floorMod(r.seed(), r.replicas().size())),
                _ -> SimulatedProxy::elect,
                replicator::wake,
                lease,
                transactions,
                meters,
                clock,
                threads,
                chance.seed(),
                1000));
        recovery = new Recovery(
                new RecoverySettings(
                        transactions.lease(),
                        new Ripeness(transactions.nodeVoteLimit(), transactions.returnDelay()),
                        Duration.ofSeconds(10)),
                repair,
                new RecoveryParts(lease::life, _ -> storages, coordinator::changed),
                replicator::retry);
        threads.newThread(this::start).start();
    }

    /// As the process does it.
    private void start() {
        try {
            while (!holdsLease()) {
                clock.sleep(Duration.ofSeconds(1));
            }
            far.placements().watch(coordinator.placementListener());
            datastore.notifications(FaultyDatastore.Notifications.LATE);
            deliverNews();
            monitor.addListener((node, healthy, _) -> {
                if (healthy) {
                    replicator.wake(node);
                    reconciler.nodeIsBack();
                } else {
                    coordinator.nodeIsLost(node);
                }
            });
            monitor.start();
            monitor.awaitFirstRound(Duration.ofSeconds(10));
            replicator.start();
            reconciler.start();
            recovery.start();
            serves = true;
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts a start", e);
        }
    }

    private boolean holdsLease() throws InterruptedException {
        try {
            lease.start();
            return true;
        } catch (DatastoreException _) {
            return false; // the process ends, and is started again
        }
    }

    /// Where its datastore goes wrong.
    public FaultyDatastore datastore() {
        return datastore;
    }

    public Links links() {
        return links;
    }

    public SimulatedClock clock() {
        return clock;
    }

    public String name() {
        return name;
    }

    public boolean isRunning() {
        return owner.isRunning();
    }

    public boolean isPaused() {
        return owner.isPaused();
    }

    /// Whether it takes calls.
    public boolean serves() {
        return serves;
    }

    /// Whether it has no write under way.
    public boolean isIdle() throws InterruptedException {
        return Idleness.of(coordinator);
    }

    /// Takes a call of a client.
    ///
    /// @param client hears the answer, unless the proxy dies before
    public void take(Call call, Consumer<Answer> client) {
        if (!serves) {
            around.scheduler().after(around.chance().millis(0, 20), owner, () ->
                    client.accept(Answer.of(StatusCode.UNAVAILABLE, "connection refused")));
            return;
        }
        var loop = around.chance().of(loops);
        var rpc = Objects.requireNonNull(coordinator.find(call.kind().method()));
        var request = RepositoryMessage.of(Fleet.VIRTUAL_STORAGE.name(), call.key().relativePath());
        var parts = new ExchangeParts(
                around.scheduler(),
                around.chance(),
                owner,
                loop,
                links,
                votes(),
                around.facts(),
                around.witness(),
                points,
                around.limits(),
                around.sabotage());
        loop.execute(() -> {
            points.pass(Point.CALL_TAKEN);
            coordinator.lead(new SimulatedExchange(call, rpc, parts, client), rpc, request);
        });
    }

    private VoteReceiver votes() {
        return new WatchedVotes(name, coordinator.votes(), points, around.witness(), around.facts());
    }

    /// Somebody votes, and says that it is a node.
    ///
    /// @param from another node, or empty for the public port
    public void forgeVote(Optional<NodeId> from, CastVote vote) {
        around.scheduler().ready(owner, () -> coordinator.votes().vote(from, vote, new VoteReply() {
            @Override
            public void committed() {
                around.witness().violated("6: a vote of anybody was taken: " + vote);
            }

            @Override
            public void aborted() {
                committed();
            }

            @Override
            public void stopped() {
                committed();
            }

            @Override
            public void failed(Failure failure) {
                // as it should be
            }
        }));
    }

    /// News that a connection to a node broke.
    public void connectionLost(NodeId node) {
        monitor.connectionLost(node);
    }

    /// Dies at once.
    public void kill() {
        serves = false;
        owner.die();
        datastore.close();
        links.proxyDied();
    }

    /// Stands still until [#wakeUp].
    public void pause() {
        owner.pause();
    }

    public void wakeUp() {
        owner.resume(around.scheduler());
    }

    /// Ends in order: records are made, jobs are handed back. Nobody sends it calls any more.
    ///
    /// @param stopped hears of the end
    public void stop(Runnable stopped) {
        serves = false;
        around.scheduler().threads(owner).newThread(() -> {
            try {
                coordinator.awaitRecords(Duration.ofSeconds(30));
                recovery.stop(STOP_LIMIT);
                reconciler.stop(STOP_LIMIT);
                replicator.stop(STOP_LIMIT);
                monitor.stop(STOP_LIMIT);
                lease.stop(STOP_LIMIT);
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts a stop", e);
            }
            kill();
            stopped.run();
        }).start();
    }

    private boolean probe(NodeId node, Duration limit) throws InterruptedException {
        var pause = around.chance().millis(0, 30);
        clock.sleep(pause);
        if (links.to(node).carries()) {
            return true;
        }
        if (around.fleet().node(node).isUp()) {
            clock.sleep(limit.minus(pause)); // nobody says no
        }
        return false;
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
        around.scheduler().after(around.chance().millis(0, 300), owner, this::deliverNews);
    }

    @Override
    public String toString() {
        return name;
    }
}
