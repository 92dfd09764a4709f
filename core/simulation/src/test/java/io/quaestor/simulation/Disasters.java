package io.quaestor.simulation;

import io.quaestor.coordinator.VoteReceiver.CastVote;
import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.faults.FaultKind;
import io.quaestor.simulation.network.Link;
import io.quaestor.simulation.nodes.Node;
import io.quaestor.simulation.proxy.SimulatedProxy;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Notifications;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import io.quaestor.transaction.VotePhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// What goes wrong: nodes die and hang, connections are cut, the datastore fails, goes away, tells no news, proxies die,
/// stand still and stop.
final class Disasters {

    private static final List<Operation> OPERATIONS = List.of(
            Operation.FIND,
            Operation.RECORD,
            Operation.RECORD,
            Operation.RECORD,
            Operation.OPEN_INTENTS,
            Operation.OPEN_INTENTS,
            Operation.WITHDRAW,
            Operation.RENEW,
            Operation.JOIN,
            Operation.SUSPECTS,
            Operation.HOLD,
            Operation.UNDER_WAY,
            Operation.SETTLE,
            Operation.RELEASE,
            Operation.ABANDON,
            Operation.TAKE_TURN,
            Operation.END_TURN,
            Operation.REPLACE_PRIMARY,
            Operation.RECORD_COPY,
            Operation.TAKE_JOBS,
            Operation.END_JOB,
            Operation.ADD_MISSING);

    private final World world;
    private final Chance chance;
    private final Weather weather;
    private final Clients clients;
    private final List<Node> away = new ArrayList<>();
    private final Set<Node> hanging = new LinkedHashSet<>();
    private int spares;
    private boolean over;

    Disasters(World world, Weather weather, Clients clients) {
        this.world = world;
        this.chance = world.chance;
        this.weather = weather;
        this.clients = clients;
    }

    void begin() {
        world.perils.begin(this::proxyDied, this::proxyStandsStill);
        again(() -> chance.seconds(3, 12), this::nodeDies);
        again(() -> chance.seconds(3, 12), this::nodeHangs);
        again(() -> chance.seconds(1, 8), this::connectionFails);
        again(() -> chance.millis(100, 2000), this::failOneCall);
        again(() -> chance.seconds(4, weather.outageEach()), this::loseDatastore);
        again(() -> chance.seconds(5, 20), this::loseNews);
        again(() -> chance.seconds(2, 15), world.perils::arm);
        again(() -> chance.seconds(20, 60), this::stopProxy);
        again(() -> chance.seconds(10, 60), this::jump);
        again(() -> chance.millis(500, 8000), this::forgeVote);
        again(() -> chance.seconds(5, 30), this::changeAssignment);
        if (weather.losesCommits()) {
            again(() -> chance.millis(300, 3000), world.forgetting::remember);
            later(chance.seconds(10, 35), this::loseCommits);
        }
    }

    /// Everything is well again, but for some nodes that are dead, or hang for ever.
    void end(Set<Node> lost) {
        over = true;
        world.perils.disarm();
        world.temper.calmDown();
        for (var node : world.fleet.nodes()) {
            if (!lost.contains(node)) {
                heal(node);
            } else if (node.isUp()) {
                lose(node);
            }
        }
        for (var proxy : world.processes) {
            proxy.wakeUp();
            proxy.datastore().endOutage();
            hearNews(proxy);
            world.fleet.nodes().forEach(node -> proxy.links().to(node.id()).heal());
            cutHanging(proxy);
        }
        world.scheduler.trace("all is well");
    }

    private void lose(Node node) {
        happens(FaultKind.NODE_LOST_FOR_GOOD, node);
        if (chance.percent(50)) {
            die(node);
        } else {
            node.process().pause();
            hanging.add(node);
        }
    }

    /// Whoever asks such a node for a sign of life gets none.
    private void cutHanging(SimulatedProxy proxy) {
        hanging.forEach(node -> proxy.links().to(node.id()).cut(true, true));
    }

    void heal(Node node) {
        comesBack(node);
        if (hanging.remove(node)) {
            world.processes.forEach(proxy -> proxy.links().to(node.id()).heal());
        }
        node.process().resume(world.scheduler);
    }

    private void again(Supplier<Duration> pause, Runnable disaster) {
        world.scheduler.after(pause.get(), world.owner, () -> {
            if (!over) {
                disaster.run();
                again(pause, disaster);
            }
        });
    }

    private void later(Duration pause, Runnable relief) {
        world.scheduler.after(pause, world.owner, () -> {
            if (!over) {
                relief.run();
            }
        });
    }

    private void happens(FaultKind kind, Object what) {
        world.faults.happened(kind);
        world.scheduler.trace(kind + " " + what);
    }

    private void nodeDies() {
        var node = chance.of(world.fleet.nodes());
        if (!node.isUp()) {
            return;
        }
        happens(FaultKind.NODE_DIES, node);
        die(node);
        later(chance.millis(300, weather.mostAway() * 1000), () -> comesBack(node));
    }

    private void die(Node node) {
        node.die();
        away.add(node);
        for (var proxy : world.processes) {
            proxy.links().to(node.id()).nodeDied();
            if (chance.percent(50)) {
                proxy.connectionLost(node.id());
            }
        }
    }

    private void comesBack(Node node) {
        if (away.remove(node)) {
            relapse(node);
            node.revive();
            world.processes.forEach(p -> p.links().to(node.id()).nodeStarted(node.process()));
            world.scheduler.trace(node + " is back");
        }
    }

    private void relapse(Node node) {
        var path = over || chance.percent(50) ? Optional.<ReplicaPath>empty() : world.relapses.candidate(node);
        path.ifPresent(p -> {
            boolean old = chance.percent(60);
            var data = old ? world.relapses.old(node, p) : world.relapses.foreign(p);
            data.ifPresent(d -> {
                happens(old ? FaultKind.NODE_HAS_OLD_DATA : FaultKind.NODE_HAS_FOREIGN_DATA, node + " " + p + " " + d);
                node.disk().put(p, d);
            });
        });
    }

    private void nodeHangs() {
        var node = chance.of(world.fleet.nodes());
        var process = node.process();
        if (!process.isRunning()) {
            return;
        }
        happens(FaultKind.NODE_HANGS, node);
        process.pause();
        later(chance.millis(100, 20_000), () -> {
            world.scheduler.trace(node + " goes on");
            process.resume(world.scheduler);
        });
    }

    private void connectionFails() {
        var node = chance.of(world.fleet.nodes());
        var proxy = chance.of(world.processes);
        Link link = proxy.links().to(node.id());
        var where = proxy + "-" + node;
        switch (chance.below(4)) {
            case 0 -> {
                happens(FaultKind.CONNECTION_RESET, where);
                link.reset();
            }
            case 1 -> cut(link, FaultKind.CONNECTION_CUT_TO_NODE, where, true, false);
            case 2 -> cut(link, FaultKind.CONNECTION_CUT_TO_PROXY, where, false, true);
            default -> cut(link, FaultKind.CONNECTION_CUT_BOTH_WAYS, where, true, true);
        }
    }

    private void cut(Link link, FaultKind kind, String where, boolean toNode, boolean toProxy) {
        happens(kind, where);
        link.cut(toNode, toProxy);
        later(chance.millis(100, chance.percent(50) ? 2_000 : 20_000), () -> {
            world.scheduler.trace(where + " is connected");
            link.heal();
        });
    }

    private void failOneCall() {
        var operation = chance.of(OPERATIONS);
        var fault = chance.of(List.of(Fault.values()));
        happens(
                switch (fault) {
                    case UNCHANGED, IN_DOUBT_BEFORE -> FaultKind.DATASTORE_FAILS_BEFORE;
                    case IN_DOUBT_AFTER -> FaultKind.DATASTORE_FAILS_AFTER;
                    case REFUSED -> FaultKind.DATASTORE_REFUSES;
                },
                operation + " " + fault);
        chance.of(world.processes).datastore().fail(operation, fault);
    }

    private void loseDatastore() {
        var lost = chance.percent(50) ? List.copyOf(world.proxies) : List.of(chance.of(world.processes));
        var fault = chance.of(List.of(Fault.UNCHANGED, Fault.UNCHANGED, Fault.IN_DOUBT_BEFORE));
        happens(FaultKind.DATASTORE_LOST, lost);
        lost.forEach(proxy -> proxy.datastore().beginOutage(fault));
        later(chance.millis(500, chance.percent(70) ? 5_000 : 35_000), () -> {
            world.scheduler.trace(lost + " have the datastore");
            lost.forEach(proxy -> proxy.datastore().endOutage());
        });
    }

    /// All connections are lost, and the other server takes over some time later.
    private void loseCommits() {
        var proxies = List.copyOf(world.processes);
        happens(FaultKind.COMMITS_LOST, world.forgetting.forget());
        proxies.forEach(proxy -> {
            proxy.datastore().beginOutage(Fault.IN_DOUBT_BEFORE);
            proxy.datastore().disconnect();
        });
        later(chance.millis(500, 5_000), () -> proxies.forEach(proxy -> {
            proxy.datastore().endOutage();
            hearNews(proxy);
        }));
    }

    /// An operator starts all proxies anew.
    void restartProxies() {
        for (var proxy : List.copyOf(world.processes)) {
            proxy.kill();
            world.processes.remove(proxy);
            world.proxies.remove(proxy);
            startProxy(proxy.name());
        }
    }

    private void loseNews() {
        var proxy = chance.of(world.processes);
        if (chance.percent(30)) {
            happens(FaultKind.NEWS_DOUBLED, proxy);
            proxy.datastore().notifications(Notifications.DOUBLED);
        } else {
            happens(FaultKind.NEWS_LOST, proxy);
            proxy.datastore().disconnect();
        }
        later(chance.millis(100, 4000), () -> hearNews(proxy));
    }

    private static void hearNews(SimulatedProxy proxy) {
        proxy.datastore().reconnect();
        proxy.datastore().notifications(Notifications.LATE);
    }

    private void proxyDied(SimulatedProxy proxy) {
        world.proxies.remove(proxy);
        world.processes.remove(proxy);
        clients.lost(proxy);
        if (world.proxies.isEmpty() || chance.percent(50)) {
            startProxy(proxy.name()); // by its supervisor
        } else {
            world.scheduler.after(chance.millis(100, 20_000), world.owner, () -> startProxy(proxy.name()));
        }
    }

    private void startProxy(String name) {
        cutHanging(world.startProxy(name));
    }

    private void proxyStandsStill(SimulatedProxy proxy) {
        later(chance.millis(100, 30_000), () -> {
            world.scheduler.trace(proxy + " wakes up");
            proxy.wakeUp();
        });
    }

    private void stopProxy() {
        var proxy = chance.of(world.proxies);
        if (!proxy.isRunning() || !proxy.serves()) {
            return;
        }
        happens(FaultKind.PROXY_STOPPED, proxy);
        world.proxies.remove(proxy);
        clients.whenIdle(proxy, () -> proxy.stop(() -> {
            world.scheduler.trace(proxy + " has stopped");
            world.processes.remove(proxy);
            startProxy(proxy.name());
        }));
        if (world.proxies.isEmpty()) {
            startProxy("spare" + ++spares); // two of one name would take each other's life
        }
    }

    private void forgeVote() {
        world.facts.latestTransaction().ifPresent(transaction -> {
            var node = chance.of(world.fleet.nodes());
            happens(FaultKind.VOTE_FORGED, node);
            var vote = new CastVote(transaction, node.id().storage().value(), new byte[20], VotePhase.PREPARED);
            var others = world.fleet.nodes().stream().filter(n -> n != node).map(Node::id).toList();
            var from = others.isEmpty() || chance.percent(50) ? Optional.<NodeId>empty() : Optional.of(chance.of(others));
            world.processes.forEach(proxy -> proxy.forgeVote(from, vote));
        });
    }

    private void changeAssignment() {
        var known = world.invariants.known();
        if (!known.isEmpty()) {
            var key = chance.of(known);
            world.assignments.change(key).ifPresent(where -> happens(FaultKind.ASSIGNMENT_CHANGED, key + " " + where));
        }
    }

    private void jump() {
        var proxy = chance.of(world.processes);
        happens(FaultKind.PROXY_CLOCK_JUMPS, proxy);
        proxy.clock().jump(chance.seconds(-10, 10));
    }
}
