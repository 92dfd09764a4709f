package io.quaestor.simulation;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.faults.FaultKind;
import io.quaestor.simulation.nodes.Fleet;
import io.quaestor.simulation.proxy.Answer;
import io.quaestor.simulation.proxy.Call;
import io.quaestor.simulation.proxy.Kind;
import io.quaestor.simulation.proxy.SimulatedProxy;
import io.quaestor.spi.model.RepositoryKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Clients that read, write and create without end, a few repositories between them.
final class Clients {

    private static final int COUNT = 6;
    private static final int REPOSITORIES = 4;

    private final World world;
    private final Chance chance;
    private final Wishes wishes;
    private final List<RepositoryKey> names = new ArrayList<>();
    private final Map<Integer, Pending> pending = new LinkedHashMap<>();
    private final Map<SimulatedProxy, Runnable> waiting = new LinkedHashMap<>();
    private int calls;
    private int writes;
    private int ok;
    private boolean over;

    /// A call without an answer yet.
    private record Pending(Call call, SimulatedProxy proxy, Runnable next) {

        @Override
        public String toString() {
            return call + " at " + proxy;
        }
    }

    Clients(World world) {
        this.world = world;
        this.chance = world.chance;
        this.wishes = new Wishes(chance);
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

    /// The calls without an answer.
    String open() {
        return pending.toString();
    }

    /// How many writes were answered with OK.
    int successes() {
        return ok;
    }

    /// How many writes were sent.
    int writes() {
        return writes;
    }

    private void callAgain() {
        world.scheduler.after(chance.millis(0, 400), world.owner, () -> {
            if (!over) {
                call(chance.of(world.proxies), impatient(next()), _ -> callAgain(), this::callAgain);
            }
        });
    }

    private Call next() {
        if (names.isEmpty() || (names.size() < REPOSITORIES && chance.percent(10))) {
            names.add(new RepositoryKey(Fleet.VIRTUAL_STORAGE, "r" + names.size()));
            return new Call(++calls, Kind.CREATION, names.getLast());
        }
        var key = chance.of(names);
        int what = chance.below(100);
        if (what < 3) {
            return new Call(++calls, Kind.CREATION, key);
        }
        if (what < 8) {
            return new Call(++calls, Kind.READ_OF_PRIMARY, key);
        }
        return what < 35 || wishes.mustRead(key) ? new Call(++calls, Kind.READ, key) : wishes.write(++calls, key);
    }

    private Call impatient(Call call) {
        if (chance.percent(4)) {
            return call.with(Optional.of(chance.millis(5, 3000)), Optional.empty());
        }
        return chance.percent(4) ? call.with(Optional.empty(), Optional.of(chance.millis(5, 3000))) : call;
    }

    /// Writes to a repository until a client was told OK.
    void writeUntilOk(RepositoryKey key, Runnable done) {
        Runnable again = () ->
                world.scheduler.after(chance.millis(100, 1000), world.owner, () -> writeUntilOk(key, done));
        var proxy = chance.of(world.proxies);
        if (wishes.mustRead(key)) {
            call(proxy, new Call(++calls, Kind.READ, key), _ -> again.run(), again);
            return;
        }
        call(proxy, wishes.write(++calls, key), answer -> {
            if (answer.isOk() && !answer.changed().isEmpty()) {
                done.run();
            } else {
                again.run();
            }
        }, again);
    }

    private void call(SimulatedProxy proxy, Call call, Consumer<Answer> answered, Runnable lost) {
        var required = world.invariants.begun(call, proxy);
        writes += call.kind().writes() ? 1 : 0;
        pending.put(call.number(), new Pending(call, proxy, lost));
        proxy.take(call, answer -> {
            if (pending.remove(call.number()) == null) {
                return; // its client has gone
            }
            world.scheduler.trace(proxy + ": " + call + " → " + answer);
            count(call, answer);
            wishes.heard(call, answer);
            world.invariants.ended(call, proxy, required, answer);
            answered.accept(answer);
            var whenIdle = hasCalls(proxy) ? null : waiting.remove(proxy);
            if (whenIdle != null) {
                whenIdle.run();
            }
        });
    }

    private void count(Call call, Answer answer) {
        ok += call.kind().writes() && answer.isOk() ? 1 : 0;
        if (answer.text().equals("the client has gone")) {
            world.faults.happened(call.deadline().isPresent() ? FaultKind.DEADLINE_OVER : FaultKind.CLIENT_GONE);
        }
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
        waiting.remove(proxy);
        var gone = pending.entrySet().stream()
                .filter(p -> p.getValue().proxy() == proxy)
                .toList();
        for (var call : gone) {
            pending.remove(call.getKey());
            call.getValue().next().run();
        }
    }
}
