package io.quaestor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/// Real coordinator, ledger, cache, health and repair, on one thread from one seed, while everything around them fails.
///
/// What is held: a write that was answered with OK is recorded, with a job for everyone who lacks it (P1); no replica that
/// counts as up to date lacks such a write, and while no write is under way all that count as up to date are equal (P2); a
/// proxy's reads see all that it answered before (P11); generations only grow; in the end all replicas are equal.
///
/// More seeds: `-Dsimulation.first=1000 -Dsimulation.seeds=100000`.
class SimulationTest {

    private static final int SEEDS_FOR_SABOTAGE = 60;

    static LongStream seeds() {
        long first = Long.getLong("simulation.first", 1);
        return LongStream.range(first, first + Long.getLong("simulation.seeds", 300));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsPromisedHoldsInAStorm(long seed) {
        var result = Story.tell(seed, Weather.STORM, Sabotage.NONE);

        assertThat(result.violation()).isEmpty();
        assertThat(result.answers()).as("writes that succeeded").isPositive();
    }

    @Test
    void oneSeedTellsTheSameStoryTwice() {
        for (long seed = 1; seed <= 3; seed++) {
            assertThat(Story.tell(seed, Weather.STORM, Sabotage.NONE))
                    .isEqualTo(Story.tell(seed, Weather.STORM, Sabotage.NONE));
        }
        assertThat(Story.tell(1, Weather.STORM, Sabotage.NONE).hash())
                .isNotEqualTo(Story.tell(2, Weather.STORM, Sabotage.NONE).hash());
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void everySabotageIsFound(Sabotage sabotage) {
        assertThat(LongStream.rangeClosed(1, SEEDS_FOR_SABOTAGE)
                        .filter(seed -> Story.tell(seed, Weather.STORM, sabotage).violation().isPresent())
                        .findFirst())
                .as("the first seed that finds it")
                .isPresent();
    }
}
