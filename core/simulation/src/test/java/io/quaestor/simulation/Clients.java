package io.quaestor.simulation;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.nodes.Fleet;
import io.quaestor.simulation.proxy.Answer;
import io.quaestor.simulation.proxy.Call;
import io.quaestor.simulation.proxy.Kind;
import io.quaestor.simulation.proxy.SimulatedProxy;
import io.quaestor.spi.model.RepositoryKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Clients that read, write and create without end, a few repositories between them.
final class Clients {

    private static final int COUNT = 5;
    private static final int REPOSITORIES = 4;

    private final World world;
    private final Chance chance;
    private final List<RepositoryKey> names = new ArrayList<>();
    private final Map<Integer, Pending> pending = new HashMap<>();
    private final Map<SimulatedProxy, Runnable> waiting = new HashMap<>();
    private int calls;
    private int ok;
    private boolean over;

    /// A call without an answer yet.
    private record Pending(SimulatedProxy proxy, Runnable next) {}

    Clients(World world) {
        this.world = world;
        this.chance = world.chance;
    }

    void begin() {
        for (int i = 0; i < COUNT; i++) {
            callAgain();
        }
    }

    /// They finish what they do, and begin nothing new.
    void end() {
        over = true;
    }

    boolean areIdle() {
        return pending.isEmpty();
    }

    int successes() {
        return ok;
    }

    private void callAgain() {
        world.scheduler.after(chance.millis(0, 1000), world.owner, () -> {
            if (!over) {
                call(chance.of(world.proxies), next(), _ -> callAgain(), this::callAgain);
            }
        });
    }

    private Call next() {
        if (names.isEmpty() || (names.size() < REPOSITORIES && chance.percent(20))) {
            names.add(new RepositoryKey(Fleet.VIRTUAL_STORAGE, "r" + names.size()));
            return new Call(++calls, Kind.CREATION, names.getLast());
        }
        int what = chance.below(100);
        var kind = what < 40 ? Kind.WRITE : what < 80 ? Kind.READ : what < 90 ? Kind.READ_OF_PRIMARY : Kind.CREATION;
        return new Call(++calls, kind, chance.of(names));
    }

    /// Writes to a repository until a client was told OK.
    void writeUntilOk(RepositoryKey key, Runnable done) {
        var call = new Call(++calls, Kind.WRITE, key);
        Runnable again = () ->
                world.scheduler.after(chance.millis(100, 1000), world.owner, () -> writeUntilOk(key, done));
        call(
                chance.of(world.proxies),
                call,
                answer -> {
                    if (answer.isOk()) {
                        done.run();
                    } else {
                        again.run();
                    }
                },
                again);
    }

    private void call(SimulatedProxy proxy, Call call, Consumer<Answer> answered, Runnable lost) {
        var required = world.invariants.begun(call, proxy);
        pending.put(call.number(), new Pending(proxy, lost));
        proxy.take(call, answer -> {
            world.scheduler.trace(proxy + ": " + call + " → " + answer);
            pending.remove(call.number());
            ok += answer.isOk() ? 1 : 0;
            world.invariants.ended(call, proxy, required, answer);
            answered.accept(answer);
            var whenIdle = hasCalls(proxy) ? null : waiting.remove(proxy);
            if (whenIdle != null) {
                whenIdle.run();
            }
        });
    }

    /// Does something when a proxy that gets no more calls has none any more.
    void whenIdle(SimulatedProxy proxy, Runnable work) {
        if (hasCalls(proxy)) {
            waiting.put(proxy, work);
        } else {
            work.run();
        }
    }

    private boolean hasCalls(SimulatedProxy proxy) {
        return pending.values().stream().anyMatch(p -> p.proxy() == proxy);
    }

    /// A proxy is gone, and with it the answers to its calls.
    void lost(SimulatedProxy proxy) {
        var gone = pending.entrySet().stream()
                .filter(p -> p.getValue().proxy() == proxy)
                .toList();
        for (var call : gone) {
            pending.remove(call.getKey());
            call.getValue().next().run();
        }
    }
}
