package io.quaestor.simulation.engine;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/// All chance of one simulation, from its seed.
public final class Chance {

    private final SplittableRandom random;

    public Chance(long seed) {
        random = new SplittableRandom(seed);
    }

    /// Whether something happens that happens so often of a hundred times.
    public boolean percent(double probability) {
        return random.nextDouble() * 100 < probability;
    }

    public int below(int bound) {
        return random.nextInt(bound);
    }

    public long seed() {
        return random.nextLong();
    }

    public <T> T of(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    /// Any time from one to the other, in whole microseconds.
    public Duration between(Duration least, Duration most) {
        long micros = least.toNanos() / 1000;
        return Duration.ofNanos(1000 * random.nextLong(micros, most.toNanos() / 1000 + 1));
    }

    public Duration millis(int least, int most) {
        return between(Duration.ofMillis(least), Duration.ofMillis(most));
    }

    public Duration seconds(int least, int most) {
        return between(Duration.ofSeconds(least), Duration.ofSeconds(most));
    }
}
