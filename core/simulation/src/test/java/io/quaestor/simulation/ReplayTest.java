package io.quaestor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.simulation.replay.PraefectDatabase;
import io.quaestor.simulation.replay.Records;
import io.quaestor.spi.datastore.Placement;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a simulation leaves behind fits into the tables of a Praefect, in the middle of a storm and at the end: all its
/// constraints hold, and its views show what the proxies believe.
class ReplayTest {

    @TempDir
    static Path home;

    private static PraefectDatabase database;

    @BeforeAll
    static void start() throws Exception {
        database = PraefectDatabase.start(home, Path.of("target", "programs").toAbsolutePath());
    }

    @AfterAll
    static void stop() throws SQLException {
        database.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void aPraefectCouldGoOnWithIt(long seed) throws SQLException {
        var story = Story.tell(seed, Weather.STORM, Sabotage.NONE);
        assertThat(story.violation()).isEmpty();

        database.replay(story.amidst());
        assertThat(database.oddities()).as("in the storm").isEmpty();

        database.replay(story.end());
        assertThat(database.oddities()).as("at the end").isEmpty();
        assertThat(database.electable()).as("have a primary").isEqualTo(names(story.end()));
        assertThat(database.removeAll()).as("rows of nobody").isZero();
    }

    private static TreeSet<String> names(Records records) {
        return records.placements().stream()
                .map(Placement::key)
                .map(key -> key.relativePath())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
