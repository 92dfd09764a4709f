package io.quaestor.simulation;

import io.quaestor.simulation.faults.FaultKind;
import io.quaestor.simulation.proxy.Point;
import io.quaestor.simulation.proxy.SimulatedProxy;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Lets a proxy die, or pauses it, at one step of its work: the next one that comes there.
final class Perils {

    private final World world;
    private final Map<Point, Integer> counts = new EnumMap<>(Point.class);
    private @Nullable Point armed;
    private boolean kills;
    private @Nullable Consumer<SimulatedProxy> killed;
    private @Nullable Consumer<SimulatedProxy> paused;

    Perils(World world) {
        this.world = world;
    }

    /// @param whenKilled what has to be done when a proxy has died
    /// @param whenPaused and when one stands still
    void begin(Consumer<SimulatedProxy> whenKilled, Consumer<SimulatedProxy> whenPaused) {
        killed = whenKilled;
        paused = whenPaused;
    }

    void arm() {
        armed = world.chance.of(List.of(Point.values()));
        kills = world.chance.percent(50);
    }

    void disarm() {
        armed = null;
    }

    /// How often something happened at each point.
    Map<Point, Integer> counts() {
        return counts;
    }

    void pass(SimulatedProxy proxy, Point point) {
        var onKill = killed;
        var onPause = paused;
        if (point != armed || onKill == null || onPause == null || !proxy.isRunning()) {
            return;
        }
        armed = null;
        counts.merge(point, 1, Integer::sum);
        world.scheduler.trace(proxy + (kills ? " is killed at " : " is paused at ") + point);
        world.faults.happened(kills ? FaultKind.PROXY_KILLED : FaultKind.PROXY_PAUSED);
        if (kills) {
            proxy.kill();
            onKill.accept(proxy);
        } else {
            proxy.pause();
            onPause.accept(proxy);
        }
    }
}
