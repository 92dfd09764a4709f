package io.quaestor.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.quaestor.spi.model.StorageName;
import io.quaestor.transaction.VotingRound.Committed;
import io.quaestor.transaction.VotingRound.Failed;
import io.quaestor.transaction.VotingRound.Open;
import io.quaestor.transaction.VotingRound.Terms;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When a round is decided (RT 4.4, 10.4). One line per story: `P=a` the primary votes a, `s1=b` secondary 1 votes b, `s2!`
/// secondary 2 withdraws.
class VotingRoundTest {

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "'',                      Open",
        "'P=a',                   Open", // half of the secondaries are missing
        "'s1=a s2=a',             Open", // never without the primary
        "'P=a s1=a',              Committed a 4/4",
        "'s2=a P=a',              Committed a 4/4",
        "'P=a s1=b',              Open",
        "'P=a s1=b s2=a',         Committed a 4/4",
        "'P=a s1=b s2=b',         Failed 3/4",
        "'P=a s1=b s2=c',         Failed 3/4",
        "'s1=a s2=a P=b',         Failed 3/4",
        "'P=a s1=b s2!',          Failed 3/4",
        "'P=a s1! s2!',           Failed 3/4", // both secondaries failed (RT 10.1)
        "'P!',                    Failed 0/4",
        "'s1=a s2=a P!',          Failed 2/4",
        "'s1!',                   Open",
        "'s1! P=a',               Open",
        "'s1! P=a s2=a',          Committed a 4/4",
        "'P=0 s1=0',              Committed 0 4/4", // zeros are a vote like any other
    })
    void settles(String story, String expected) {
        assertThat(told(VotingRound.open(Story.electorate(2), Terms.AT_ONCE), story)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{2} of {0}: {1} → {3}")
    @CsvSource({
        "a1 b1 c1, 'a=x b=y c=z',      2, Failed 1/2",
        "a1 b1 c1, 'a=x b=y',          2, Open", // the third one decides
        "a1 b1 c1, 'a=x b=x c=y',      2, Committed x 2/2",
        "a1 b1 c1, 'a=x b=x',          2, Committed x 2/2", // with one absent
        "a1 b1 c1 d1, 'a=x b=x c=x d=y', 4, Failed 3/4",
        "a1 b1 c1 d1, 'a=x b=y',       4, Failed 1/4", // before the others have voted
        "a1 b1 c1, 'a! b!',            2, Failed 0/2",
        "a1 b1 c1, 'a!',               2, Open",
        "a3 b1 c1, 'b=y c=y a=x',      3, Committed x 3/3", // one outweighs the others
        "a2 b1 c1 d1, 'a=x b=y c=y d=y', 3, Committed y 3/3", // or does not
        "a1 b0, 'b=y a=x',             1, Committed x 1/1", // who weighs nothing may say what it likes
        "a1 b0, 'b=y',                 1, Open",
        "a2 b1 c1, 'b=x c=x a!',       3, Failed 2/3", // the heavy one drops
        "a1 b1 c1, 'a=x b=x c!',       2, Committed x 2/2",
    })
    void settlesAmongEquals(String voters, String story, int threshold, String expected) {
        var open = VotingRound.open(Story.equals(voters, threshold), Terms.AT_ONCE);

        assertThat(told(open, story)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} secondaries: {1} → {2}, at once {3}")
    @CsvSource({
        "0, P=a,             Committed a 1/1, Committed a 1/1",
        "1, P=a,             Open,            Committed a 2/2",
        "1, P=a s1!,         Committed a 2/2, Committed a 2/2",
        "1, P=a s1=b,        Committed a 2/2, Committed a 2/2",
        "1, P=a s1=a,        Committed a 3/2, Committed a 2/2",
        "1, s1=a P=a,        Committed a 3/2, Committed a 3/2",
        "2, P=a s1=a,        Committed a 4/4, Committed a 4/4", // two copies are company
    })
    void aLoneQuorumWaitsForCompany(int secondaries, String story, String inCompany, String atOnce) {
        var electorate = Story.electorate(secondaries);

        assertThat(told(VotingRound.open(electorate, Terms.IN_COMPANY), story)).isEqualTo(inCompany);
        assertThat(told(VotingRound.open(electorate, Terms.AT_ONCE), story)).isEqualTo(atOnce);
    }

    @ParameterizedTest(name = "{0} secondaries: {1} → {2}")
    @CsvSource({
        "2, P=a s1! s2!,       Committed a 3/3",
        "2, P=a s1!,           Committed a 3/3", // the other one may disagree
        "2, P=a,               Open",
        "2, P=a s1=b s2!,      Committed a 3/3",
        "3, P=a s1!,           Open",
        "3, P=a s1! s2=a,      Committed a 5/5",
        "3, P=a s1! s2=b s3=b, Failed 4/5", // those who are there disagree
        "2, P! s1=a,           Open",
        "2, P! s1=a s2=a,      Committed a 2/2",
        "2, P! s1=a s2=b,      Failed 1/2",
        "2, P! s2! s1=a,       Committed a 1/1",
    })
    void whereTheOthersAreGoneTheRestDecides(int secondaries, String story, String expected) {
        var open = VotingRound.open(Story.electorate(secondaries), Terms.AMONG_THE_REST);

        assertThat(told(open, story)).isEqualTo(expected);
    }

    @Test
    void aVoteMayBeTakenBackUntilTheRoundIsJudged() {
        var round = VotingRound.open(Story.electorate(1), Terms.AT_ONCE).cast(Story.name("P"), Story.vote('a'));

        assertThat(round.hasQuorum()).isTrue();
        assertThat(round.withdraw(Story.name("P")).judged()).isInstanceOf(Failed.class);
    }

    @Test
    void nobodyVotesTwiceOrAfterwardsOrFromOutside() {
        var round = VotingRound.open(Story.electorate(2), Terms.AT_ONCE)
                .cast(Story.name("P"), Story.vote('a'))
                .withdraw(Story.name("s1"));

        for (var voter : new String[] {"P", "s1", "stranger"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> round.cast(Story.name(voter), Story.vote('a')));
        }
    }

    @ParameterizedTest(name = "{0} of 1000, seed {1}")
    @CsvSource({"1, 1", "100, 2", "500, 3", "501, 4", "1000, 5"})
    void aThousandVotersAgreeInAnyOrder(int threshold, long seed) {
        var weights = new LinkedHashMap<StorageName, Integer>();
        for (int i = 0; i < 1000; i++) {
            weights.put(Story.name("n" + i), i < threshold || threshold > 500 ? 1 : 0); // else it would be no majority
        }
        var voters = new ArrayList<>(weights.keySet());
        Collections.shuffle(voters, new Random(seed));
        VotingRound round = VotingRound.open(new Electorate(Optional.empty(), weights, threshold), Terms.AT_ONCE);

        for (var voter : voters) {
            if (round instanceof Open open) {
                round = open.cast(voter, Story.vote('a')).judged();
            }
        }

        assertThat(round).isEqualTo(new Committed(Story.vote('a'), threshold, threshold));
    }

    private static String told(Open begun, String story) {
        VotingRound round = begun;
        for (var word : story.isEmpty() ? new String[0] : story.split(" ")) {
            if (round instanceof Open open) {
                round = happens(open, word).judged();
            }
        }
        return switch (round) {
            case Open _ -> "Open";
            case Committed(var vote, int reached, int needed) ->
                "Committed " + (vote.isZero() ? '0' : (char) vote.first()) + " " + reached + "/" + needed;
            case Failed(int reached, int needed) -> "Failed " + reached + "/" + needed;
        };
    }

    private static Open happens(Open open, String word) {
        return word.endsWith("!")
                ? open.withdraw(Story.name(word.substring(0, word.length() - 1)))
                : open.cast(Story.name(word.substring(0, word.length() - 2)), Story.vote(word.charAt(word.length() - 1)));
    }
}
