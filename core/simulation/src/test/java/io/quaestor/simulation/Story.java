package io.quaestor.simulation;

import io.quaestor.simulation.faults.FaultKind;
import io.quaestor.simulation.nodes.Node;
import io.quaestor.simulation.proxy.Limits;
import io.quaestor.simulation.proxy.Point;
import io.quaestor.simulation.replay.Records;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One simulation from beginning to end: clients call while everything fails; then all is well again, each repository is
/// written once more, and all replicas must become equal.
final class Story {

    /// How long repairs may take when nothing fails any more: jobs of dead proxies are freed after 60 to 90 s, a job
    /// whose attempts are used up is added again after 20 s.
    private static final Duration PATIENCE = Duration.ofSeconds(240);

    /// How long a storm lasts at the most: while nobody can write, nothing is counted.
    private static final Duration LONGEST_STORM = Duration.ofSeconds(900);

    private final World world;
    private final Weather weather;
    private final Clients clients;
    private final Disasters disasters;
    private Set<Node> lost = Set.of();
    private Records amidst = new Records(List.of(), List.of());
    private int unwritten;

    /// What came of it.
    ///
    /// @param violation of what, and what happened before; empty if all held
    /// @param hash      of all that happened
    /// @param writes    how many were sent
    /// @param answers   how many of them were answered with OK
    /// @param limits    what it began with
    /// @param faults    how often each kind happened
    /// @param perils    how often proxies died or were paused at each point
    /// @param steps     how much was done
    /// @param amidst    what the datastore knew at the end of the storm
    /// @param end       what it knows now
    record Result(
            Optional<String> violation,
            long hash,
            int writes,
            int answers,
            Limits limits,
            Map<FaultKind, Integer> faults,
            Map<Point, Integer> perils,
            long steps,
            Records amidst,
            Records end) {}

    private Story(long seed, Weather weather, Sabotage sabotage) {
        this.weather = weather;
        world = new World(seed, sabotage);
        clients = new Clients(world);
        disasters = new Disasters(world, weather, clients);
    }

    static Result tell(long seed, Weather weather, Sabotage sabotage) {
        var story = new Story(seed, weather, sabotage);
        var violation = story.run().map(v -> "seed " + seed + ": " + v + "\nagain: " + command(seed, sabotage) + "\n"
                + story.world.scheduler.trace());
        return new Result(
                violation,
                story.world.scheduler.trace().hash(),
                story.clients.writes(),
                story.clients.successes(),
                story.world.limits,
                story.world.faults.counts(),
                story.world.perils.counts(),
                story.world.scheduler.steps(),
                story.amidst,
                story.world.invariants.records());
    }

    /// What tells the same story again, with more of what happened before.
    private static String command(long seed, Sabotage sabotage) {
        return "./mvnw -q -pl core/simulation -am test -Dtest=SimulationTest#whatIsPromisedHoldsInAStorm"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seeds=1 -Dsimulation.first=" + seed
                + (sabotage == Sabotage.NONE ? "" : " -Dsimulation.sabotage=" + sabotage)
                + " -Dsimulation.trace=5000";
    }

    private Optional<String> run() {
        for (int i = 1; i <= world.limits.proxies(); i++) {
            world.startProxy("p" + i);
        }
        clients.begin();
        disasters.begin();
        storm();
        amidst = world.invariants.records();
        chooseLost();
        disasters.end(lost);
        clients.end();
        runUntilIdle();
        if (!clients.areIdle()) {
            return world.invariants.violation().or(() -> Optional.of("some calls never end: " + clients.open()));
        }
        if (weather.losesCommits()) {
            disasters.restartProxies();
        }
        var beingWritten = world.invariants.beingWritten();
        if (!world.invariants.thatNeed(lost).isEmpty()) { // what was under way went to them alone
            healLost();
        }
        var split = world.invariants.split();
        for (var key : world.invariants.known()) {
            if (!split.contains(key)) {
                unwritten++;
                clients.writeUntilOk(key, () -> unwritten--);
            }
        }
        runUntilEqual();
        var inNeed = world.invariants.thatNeed(lost);
        if (!inNeed.isEmpty() && beingWritten.containsAll(inNeed)) { // the same, but recorded only now
            healLost();
            runUntilEqual();
        }
        return world.invariants.violation().or(() -> unwritten > 0
                ? Optional.of("some repositories cannot be written any more\n" + world.invariants.leftovers())
                : world.invariants.difference(lost)
                        .map(d -> d + "\n" + world.invariants.leftovers())
                        .or(this::leaks));
    }

    /// Liveness needs a core of nodes only, as long as it has all that counts as up to date.
    private void chooseLost() {
        var chosen = new LinkedHashSet<Node>();
        if (world.chance.percent(60)) {
            for (var node : world.fleet.nodes()) {
                if (world.chance.percent(40)) {
                    chosen.add(node);
                }
            }
        }
        if (world.invariants.thatNeed(chosen).isEmpty() && chosen.size() < world.fleet.nodes().size()) {
            lost = chosen;
        }
    }

    private void healLost() {
        lost.forEach(disasters::heal);
        lost = Set.of();
    }

    private Optional<String> leaks() {
        long end = world.scheduler.nanos() + PATIENCE.toNanos();
        long look = 0;
        var found = world.leaks.find(lost);
        while (found.isPresent() && world.scheduler.nanos() < end && step()) {
            if (world.scheduler.nanos() >= look) {
                found = world.leaks.find(lost);
                look = world.scheduler.nanos() + Duration.ofSeconds(1).toNanos();
            }
        }
        return world.invariants.violation().or(() -> world.leaks.find(lost));
    }

    private void storm() {
        long end = world.scheduler.nanos() + Duration.ofSeconds(weather.seconds()).toNanos();
        long last = world.scheduler.nanos() + LONGEST_STORM.toNanos();
        while (world.scheduler.nanos() < end || (clients.writes() < weather.writes() && world.scheduler.nanos() < last)) {
            if (!step()) {
                return;
            }
        }
    }

    private void runUntilIdle() {
        long end = world.scheduler.nanos() + PATIENCE.toNanos();
        while (!clients.areIdle() && world.scheduler.nanos() < end && step()) {
            // goes on
        }
    }

    private void runUntilEqual() {
        long end = world.scheduler.nanos() + PATIENCE.toNanos();
        long look = 0;
        while (world.scheduler.nanos() < end && step()) {
            if (unwritten == 0 && world.scheduler.nanos() >= look) {
                if (world.invariants.difference(lost).isEmpty()) {
                    return;
                }
                look = world.scheduler.nanos() + Duration.ofSeconds(1).toNanos();
            }
        }
    }

    /// @return `false` if there is no need to go on
    private boolean step() {
        try {
            return world.scheduler.step() && world.invariants.violation().isEmpty();
        } catch (RuntimeException | AssertionError e) {
            world.defect(e);
            return false;
        }
    }
}
