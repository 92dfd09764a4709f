package io.quaestor.simulation;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.nodes.Node;
import io.quaestor.simulation.proxy.SimulatedProxy;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Notifications;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// What goes wrong: nodes die, the datastore fails, goes away, tells no news, proxies die and stop.
final class Disasters {

    private static final List<Operation> OPERATIONS = List.of(
            Operation.FIND,
            Operation.RESERVE,
            Operation.RECORD,
            Operation.RECORD,
            Operation.REPLACE_PRIMARY,
            Operation.RECORD_COPY,
            Operation.TAKE_JOBS,
            Operation.END_JOB,
            Operation.ADD_MISSING);

    private final World world;
    private final Chance chance;
    private final Weather weather;
    private final Clients clients;
    private boolean over;

    Disasters(World world, Weather weather, Clients clients) {
        this.world = world;
        this.chance = world.chance;
        this.weather = weather;
        this.clients = clients;
    }

    void begin() {
        again(() -> chance.seconds(4, 15), this::killNode);
        again(() -> chance.millis(100, 2000), this::failOneCall);
        again(() -> chance.seconds(4, weather.outageEach()), this::loseDatastore);
        again(() -> chance.seconds(5, 20), this::loseNews);
        again(() -> chance.seconds(10, 40), this::endProxy);
    }

    /// Everything is well again.
    void end() {
        over = true;
        world.fleet.becomeSound();
        world.fleet.nodes().forEach(Node::revive);
        for (var proxy : world.proxies) {
            proxy.datastore().endOutage();
            hearNews(proxy);
        }
        world.scheduler.trace("all is well");
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

    private void killNode() {
        var up = world.fleet.nodes().stream().filter(Node::isUp).toList();
        if (up.size() < 2) {
            return;
        }
        var node = chance.of(up);
        node.die();
        world.scheduler.trace(node + " dies");
        for (var proxy : world.proxies) {
            if (chance.percent(50)) {
                proxy.connectionLost(node.id());
            }
        }
        later(chance.seconds(weather.leastAway(), weather.mostAway()), () -> {
            node.revive();
            world.scheduler.trace(node + " is back");
        });
    }

    private void failOneCall() {
        var operation = chance.of(OPERATIONS);
        var fault = chance.of(List.of(Fault.values()));
        chance.of(world.proxies).datastore().fail(operation, fault);
        world.scheduler.trace(operation + " will be " + fault);
    }

    private void loseDatastore() {
        var lost = chance.percent(50) ? List.copyOf(world.proxies) : List.of(chance.of(world.proxies));
        lost.forEach(proxy -> proxy.datastore().beginOutage(Fault.UNCHANGED));
        world.scheduler.trace(lost + " lose the datastore");
        later(chance.seconds(1, 35), () -> lost.forEach(proxy -> proxy.datastore().endOutage()));
    }

    private void loseNews() {
        var proxy = chance.of(world.proxies);
        proxy.datastore().disconnect();
        world.scheduler.trace(proxy + " hears no news");
        later(chance.millis(100, 4000), () -> hearNews(proxy));
    }

    private static void hearNews(SimulatedProxy proxy) {
        proxy.datastore().reconnect();
        proxy.datastore().notifications(Notifications.LATE);
    }

    private void endProxy() {
        var proxy = chance.of(world.proxies);
        world.proxies.remove(proxy);
        if (chance.percent(50)) {
            world.scheduler.trace(proxy + " is killed");
            proxy.kill();
            clients.lost(proxy);
        } else {
            world.scheduler.trace(proxy + " stops");
            clients.whenIdle(proxy, () -> proxy.stop(() -> world.scheduler.trace(proxy + " has stopped")));
        }
        world.startProxy(proxy.toString()); // at once: there is always another proxy
    }
}
