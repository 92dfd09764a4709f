package io.quaestor.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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

                var told = runs(story, Collections.nCopies(secondaries + 1, sequence));

                assertThat(told).as(sequence).allMatch(answer -> answer.endsWith(":commit"));
                assertThat(told).hasSize((secondaries + 1) * sequence.split(" ").length);
                assertThat(story.confirmed("P").length()).as(sequence).isEqualTo(changes);
                assertThat(story.transaction().current()).as(sequence).hasSize(secondaries + 1);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"16.8, *c, 1", "19.1, ~c, 0"})
    void nothingToDoIsVotedOnOnce(String version, String word, int changes) {
        var story = Story.of(2).allowed();

        assertThat(runs(story, List.of(word, word, word)))
                .containsExactlyInAnyOrder("P:commit", "s1:commit", "s2:commit");
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
        for (int kinds = 0; kinds < 8; kinds++) { // every node is old or young, in every way
            var story = Story.withPreparingApart(2).allowed();
            var sequences = new ArrayList<String>();
            for (int node = 0; node < 3; node++) {
                sequences.add((kinds & 1 << node) == 0 ? old : young);
            }

            assertThat(runs(story, sequences)).allMatch(answer -> answer.endsWith(":commit"));
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
        story.tell("s1=b P=a s2=a P*a");

        assertThat(story.tell("s1^c")).isEqualTo("s1:abort");
        assertThat(story.tell("s2! s2^c")).isEqualTo("s2:cancelled");
    }

    @Test
    void withoutThatANodeOfAnotherVersionFails() { // D19 7.3, three nodes with the primary alone in its kind
        var story = Story.of(2).allowed();

        var told = story.tell("P^p s1=c s2=c");

        assertThat(told).isEqualTo("P:abort s1:abort s2:abort");
    }

    /// Every node says what it has to say, one word each in turn, whenever it does not wait, and ends its call with OK.
    ///
    /// @return who was told what
    private static List<String> runs(Story story, List<String> sequences) {
        var left = sequences.stream()
                .map(sequence -> new ArrayDeque<>(List.of(sequence.concat(" .").split(" "))))
                .toList();
        var told = new ArrayList<String>();
        while (left.stream().anyMatch(words -> !words.isEmpty())) {
            for (int node = 0; node < left.size(); node++) {
                var name = node == 0 ? "P" : "s" + node;
                if (!left.get(node).isEmpty() && !story.waits(name)) {
                    told.addAll(List.of(story.tell(name + left.get(node).remove()).split(" ")));
                }
            }
        }
        told.removeIf(String::isEmpty);
        return told;
    }
}
