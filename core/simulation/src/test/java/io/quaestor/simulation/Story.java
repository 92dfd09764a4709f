package io.quaestor.simulation;

import java.time.Duration;
import java.util.Optional;

/// One simulation from beginning to end: clients call while everything fails; then all is well again, each repository is
/// written once more, and all replicas must become equal.
final class Story {

    /// How long repairs may take when nothing fails any more: jobs of dead proxies are freed after 60 to 90 s, a job
    /// whose attempts are used up is added again after 20 s.
    private static final Duration PATIENCE = Duration.ofSeconds(240);

    private final World world;
    private final Weather weather;
    private final Clients clients;
    private final Disasters disasters;
    private int unwritten;

    /// What came of it.
    ///
    /// @param violation of what, and what happened before; empty if all held
    /// @param hash      of all that happened
    /// @param answers   how many calls were answered with OK
    record Result(Optional<String> violation, long hash, int answers) {}

    private Story(long seed, Weather weather, Sabotage sabotage) {
        this.weather = weather;
        world = new World(seed, sabotage);
        clients = new Clients(world);
        disasters = new Disasters(world, weather, clients);
    }

    static Result tell(long seed, Weather weather, Sabotage sabotage) {
        var story = new Story(seed, weather, sabotage);
        var violation = story.run().map(v -> "seed " + seed + ": " + v + "\n" + story.world.scheduler.trace());
        return new Result(violation, story.world.scheduler.trace().hash(), story.clients.successes());
    }

    private Optional<String> run() {
        world.startProxy("p1");
        world.startProxy("p2");
        clients.begin();
        disasters.begin();
        runFor(Duration.ofSeconds(weather.seconds()), false);

        disasters.end();
        clients.end();
        runUntilIdle();
        for (var key : world.invariants.known()) {
            unwritten++;
            clients.writeUntilOk(key, () -> unwritten--);
        }
        runFor(PATIENCE, true);
        return world.invariants.violation().or(() -> unwritten > 0
                ? Optional.of("some repositories cannot be written any more")
                : world.invariants.difference());
    }

    private void runUntilIdle() {
        long end = world.scheduler.nanos() + PATIENCE.toNanos();
        while (!clients.areIdle() && world.scheduler.nanos() < end && step()) {
            // goes on
        }
    }

    /// @param untilEqual ends earlier when all replicas are equal
    private void runFor(Duration duration, boolean untilEqual) {
        long end = world.scheduler.nanos() + duration.toNanos();
        long look = 0;
        while (world.scheduler.nanos() < end && step()) {
            if (untilEqual && unwritten == 0 && world.scheduler.nanos() >= look) {
                if (world.invariants.difference().isEmpty()) {
                    return;
                }
                look = world.scheduler.nanos() + Duration.ofSeconds(1).toNanos();
            }
        }
    }

    /// @return `false` if there is no need to go on
    private boolean step() {
        return world.scheduler.step() && world.invariants.violation().isEmpty();
    }
}
