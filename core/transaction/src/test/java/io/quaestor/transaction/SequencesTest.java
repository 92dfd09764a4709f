package io.quaestor.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What nodes of different versions cast for one operation (D19 2.1.5, 7.3), as words of a [Story] without the voter.
class SequencesTest {

    @ParameterizedTest(name = "{0}, 16.8: {1}")
    @CsvSource({
        "operations of users,                    ~p ~u =c *c ~q,     ~p ~u ^c =c *c ~q, 1",
        "DeleteRefs,                             =c *c,              ^c =c *c,          1",
        "UserSquash,                             =c *c,              ^c =c *c,          1",
        "pruned references of a pool,            =c *c,              ^c =c *c,          1",
        "creation of a repository,               =c *c,              ^c =c *c,          1",
        "locked file,                            =c *c,              ^p =c *c,          1",
        "custom hooks,                           =c *c,              ^p =c *c,          1",
        "disconnected alternates,                =m *m =d *d,        ^m =m *m ^d =d *d, 2",
        "push of one reference,                  ~p ~u =c *c ~q *0,  ~p ~u =c *c ~q *0, 1",
        "push of two references one by one,      ~p ~u =c *c ~u =d *d ~q *0, ~p ~u =c *c ~u =d *d ~q *0, 2",
        "fetch in one go,                        =c *c,              =c *c,             1",
        "fetch that is voted on once,            ?c,                 =c *c,             1",
    })
    void allNodesOfOneVersionEndUpToDate(String operation, String old, String young, int changes) {
        for (var sequence : List.of(old, young)) {
            for (int secondaries = 0; secondaries <= 3; secondaries++) {
                var story = Story.of(secondaries).allowed();
                for (var word : sequence.split(" ")) {
                    var told = story.tell(eachOf(secondaries, word));
                    assertThat(told.split(" ")).as(word).hasSize(secondaries + 1).allMatch(a -> a.endsWith(":commit"));
                }
                story.tell(eachOf(secondaries, "."));

                assertThat(story.confirmed("P").length()).as(sequence).isEqualTo(changes);
                assertThat(story.transaction().current()).as(sequence).hasSize(secondaries + 1);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"16.8, *c, 1", "19.1, ~c, 0"})
    void nothingToDoIsVotedOnOnce(String version, String word, int changes) {
        var story = Story.of(2).allowed();

        assertThat(story.tell(eachOf(2, word))).isEqualTo("P:commit s1:commit s2:commit");
        story.tell(eachOf(2, "."));

        assertThat(story.confirmed("P").length()).isEqualTo(changes);
        assertThat(story.current()).isEqualTo("P s1 s2");
    }

    @ParameterizedTest(name = "{0}: {1} and {2}")
    @CsvSource({
        "operations of users, ~p ~u =c *c ~q, ~p ~u ^c =c *c ~q",
        "locked file,         =c *c,          ^p =c *c",
        "alternates,          =m *m =d *d,    ^m =m *m ^d =d *d",
    })
    void nodesBeforeAndAfter19_1AgreeWhereThosePreparingAreApart(String operation, String old, String young) {
        // every node is old or young, in every way; told round by round, or node by node as far as it gets
        for (int kinds = 0; kinds < 8; kinds++) {
            var story = Story.withPreparingApart(2).allowed();
            var left = new ArrayList<List<String>>();
            for (int node = 0; node < 3; node++) {
                var sequence = (kinds & 1 << node) == 0 ? old : young;
                left.add(new ArrayList<>(List.of(sequence.split(" "))));
            }
            var told = new StringBuilder();
            while (left.stream().anyMatch(words -> !words.isEmpty())) {
                for (int node = 0; node < 3; node++) {
                    var words = left.get(node);
                    boolean waits = story.transaction().standings.get(Story.name(name(node))).waits();
                    if (!words.isEmpty() && !waits) {
                        told.append(story.tell(name(node) + words.removeFirst())).append(' ');
                    }
                }
            }

            assertThat(told.toString()).doesNotContain("abort").doesNotContain("invalid");
            assertThat(story.current()).isEqualTo("P s1 s2");
        }
    }

    @Test
    void preparingApartIsNoRound() {
        var story = Story.withPreparingApart(2);

        assertThat(story.tell("s1^c")).isEqualTo("s1:commit");
        assertThat(story.transaction().roundCount()).isZero();
        assertThat(story.transaction().isPermitted()).isFalse();
    }

    @Test
    void preparingApartIsNotForThoseWhoMayNotGoOn() {
        var story = Story.withPreparingApart(2).allowed();
        story.tell("s1=b P=a s2=a");

        assertThat(story.tell("s1^c")).isEqualTo("s1:abort");
        assertThat(story.tell("s2! s2^c")).isEqualTo("s2:cancelled");
    }

    @Test
    void withoutThatANodeOfAnotherVersionFails() { // D19 7.3, three nodes with the primary alone in its kind
        var story = Story.of(2).allowed();

        var told = story.tell("P^p s1=c s2=c");

        assertThat(told).isEqualTo("P:abort s1:abort s2:abort");
    }

    private static String name(int node) {
        return node == 0 ? "P" : "s" + node;
    }

    private static String eachOf(int secondaries, String word) {
        return IntStream.rangeClosed(0, secondaries).mapToObj(node -> name(node) + word).collect(Collectors.joining(" "));
    }
}
