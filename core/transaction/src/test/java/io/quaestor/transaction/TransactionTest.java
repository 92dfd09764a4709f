package io.quaestor.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who is told what (RT 4.4, 10.3, 10.4), told as in [Story].
class TransactionTest {

    @ParameterizedTest(name = "{0}: {1} → {2}")
    @CsvSource({
        "a1,          1, a=x,             a:commit",
        "a1 b1,       2, a=x b=x,         a:commit b:commit",
        "a1 b1 c1 d1, 4, a=x b=x c=x d=x, a:commit b:commit c:commit d:commit",
    })
    void whoSaysTheSameGoesOn(String voters, int threshold, String story, String told) {
        assertThat(Story.among(Story.equals(voters, threshold)).allowed().tell(story)).isEqualTo(told);
    }

    @ParameterizedTest(name = "{0}: {1} → {2}")
    @CsvSource({
        "a1 b1,       2, a=x b=y,         a:abort b:abort",
        "a1 b1 c1 d1, 4, a=x b=x c=x d=y, a:abort b:abort c:abort d:abort", // three of four are not enough
        "a1 b1 c1,    2, a=x b=y c=z,     a:abort b:abort c:abort",
    })
    void withoutAQuorumEverybodyFails(String voters, int threshold, String story, String told) {
        assertThat(Story.among(Story.equals(voters, threshold)).allowed().tell(story)).isEqualTo(told);
    }

    @ParameterizedTest(name = "{0}: {1} → {2}")
    @CsvSource({
        "a1 b1 c1,    2, b=y a=x c=x,     b:abort a:commit c:commit",
        "a1 b0,       1, b=y a=x,         b:abort a:commit", // a dissenter without weight
        "a3 b1 c1,    3, b=y c=y a=x,     b:abort c:abort a:commit", // one outweighs the others
        "a2 b1 c1 d1, 3, a=x b=y c=y d=y, a:abort b:commit c:commit d:commit", // or does not
        "a1 b1 c1,    2, a=x b=x,         a:commit b:commit", // one is absent
        "a1 b1 c0,    2, a=x b=x,         a:commit b:commit",
    })
    void whoIsOutvotedFails(String voters, int threshold, String story, String told) {
        assertThat(Story.among(Story.equals(voters, threshold)).allowed().tell(story)).isEqualTo(told);
    }

    @ParameterizedTest(name = "{0}, then {1} → {2}")
    @CsvSource({
        "a=x,     b=x,   a:commit b:commit",
        "a=x,     b=y,   b:abort a:commit",
        "a=x,     b!,    a:commit",
        "a=x,     late0, a:commit",
    })
    void aLoneQuorumWaitsForCompany(String before, String story, String told) {
        var transaction = Story.among(Story.equals("a1 b0", 1)).allowed();

        assertThat(transaction.tell(before)).isEmpty();
        assertThat(transaction.waits()).containsExactly("0:quorum_reached");
        assertThat(transaction.tell(story).split(" ")).containsExactlyInAnyOrder(told.split(" "));
    }

    @Test
    void whoeverHasAgreedVotesAgain() {
        var story = Story.of(1).allowed();

        assertThat(story.tell("P=a s1=a P*a s1*a")).isEqualTo("P:commit s1:commit P:commit s1:commit");
        assertThat(story.tell("s1~b P~b")).isEqualTo("s1:commit P:commit");
        assertThat(story.tell("s1=c P=c P*c s1*c")).isEqualTo("P:commit s1:commit P:commit s1:commit");
    }

    @Test
    void aDisagreementInTheSecondRoundFailsBoth() {
        var story = Story.among(Story.equals("a1 b1", 2)).allowed();

        assertThat(story.afterwards("a=x b=x a*x b*x", "a=y b=z")).isEqualTo("a:abort b:abort");
        assertThat(story.standings()).isEqualTo("a:failed b:failed");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"a1 b1 c0, 2", "a1 b1 c1, 2"})
    void aDissenterCountsAsAbsentAfterwards(String voters, int threshold) {
        var story = Story.among(Story.equals(voters, threshold)).allowed();

        assertThat(story.tell("a=x b=x c=y")).isEqualTo("a:commit b:commit c:abort");
        assertThat(story.tell("c=z a=z b=z")).isEqualTo("c:abort a:commit b:commit");
        assertThat(story.tell("a=u b=u")).isEqualTo("a:commit b:commit");
        story.tell("end");
        assertThat(story.standings()).isEqualTo("a:committed b:committed c:failed"); // Praefect's are canceled
    }

    @Test
    void aDissenterIsNotWaitedFor() {
        var story = Story.of(1).allowed();

        assertThat(story.afterwards("P=a s1=b", "P*a P=c")).isEqualTo("P:commit P:commit"); // a lone quorum, at once
        assertThat(story.waits()).containsExactly("0:quorum_reached"); // in the first round only
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "P=a s1=a P*a s2=a, s2:commit",
        "P=a s1=a s2=b,   s2:abort",
        "s1=b P=a s2=b,   s1:abort s2:abort P:abort",
        "P=a s1=b s2=c,   P:abort s1:abort s2:abort",
        "P! s1=a,         s1:abort", // a round that is lost before anybody votes
    })
    void aLateVoteIsAnsweredAtOnceByWhatIsDecided(String story, String last) {
        var told = Story.of(2).allowed().tell(story);

        assertThat(told.split(" ")).contains(last.split(" "));
    }

    @Test
    void aSlowVoterMayBeManyRoundsBehind() {
        var story = Story.of(2).allowed();

        assertThat(story.tell("P=a s1=a P*a s1*a P=b s1=b P*b s1*b P~c s1~c")).doesNotContain("s2");
        assertThat(story.tell("s2=a s2*a s2=x")).isEqualTo("s2:commit s2:commit s2:abort");
    }

    @Test
    void aHeavyVoterThatLeavesFailsTheRest() {
        var transaction = Transaction.begin(Story.equals("a2 b1 c1", 3), false);
        for (var voter : List.of("b", "c")) {
            transaction = transaction
                    .cast(new Ballot(Story.name(voter), Story.vote('x'), VotePhase.SYNCHRONIZED))
                    .next();
        }

        var step = transaction.leave(Story.name("a"), false);

        var reached2Of3 = new VoteResult.Abort(2, 3);
        assertThat(step.answers())
                .containsExactly(
                        new Answer(Story.name("b"), reached2Of3), new Answer(Story.name("c"), reached2Of3));
    }

    @Test
    void whoFailsHearsTheWeightBehindWhatItSaid() {
        var transaction = Story.of(2).allowed();
        transaction.tell("P=a s1=b");

        var step = transaction.transaction().cast(new Ballot(Story.name("s2"), Story.vote('b'), VotePhase.PREPARED));

        assertThat(step.answers())
                .containsExactly(
                        new Answer(Story.name("P"), new VoteResult.Abort(3, 4)),
                        new Answer(Story.name("s1"), new VoteResult.Abort(2, 4)),
                        new Answer(Story.name("s2"), new VoteResult.Abort(2, 4)));
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "s1=a s1!,           s1:cancelled", // whoever waits and leaves
        "s1=a P=a s2! s1!,   s1:cancelled P:abort", // its vote is taken back: there is no quorum any more
        "P=a s2! s1!,        P:abort", // both secondaries failed (RT 10.1)
        "P=a s1=b s2!,       P:abort s1:abort",
        "P=a s1=b s1!,       s1:cancelled",
        "s1! s1=a,           s1:cancelled", // afterwards
        "s1=a s1! s1=a,      s1:cancelled s1:cancelled",
    })
    void whoLeavesTakesItsVoteAlong(String story, String told) {
        assertThat(Story.of(2).tell(story)).isEqualTo(told);
    }

    @Test
    void whoLeftIsAbsentInEveryLaterRound() {
        var story = Story.of(2).allowed();

        assertThat(story.tell("P~a s1~a s2! P~b s1~b")).isEqualTo("P:commit s1:commit P:commit s1:commit");
        assertThat(story.tell("P=c s1=c P*c s1*c P=d s1!")).endsWith("P:commit s1:commit P:commit s1:commit P:abort");
        assertThat(story.standings()).isEqualTo("P:failed s1:canceled s2:canceled");
    }

    @Test
    void whoLeftIsAbsentInRoundsThatOthersHaveBegun() {
        var story = Story.of(3).allowed(); // six of seven are needed

        assertThat(story.tell("P~a s1~a s2~a P=b s1=b")).doesNotContain("s3"); // s3 is a round behind
        assertThat(story.tell("s3! s2=b")).isEqualTo("P:commit");
        assertThat(story.tell("P*b s1*b s2*b P=c s1=c s2!")).endsWith("P:abort s1:abort");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"P~b s2~b", "s2~b P~b", "P*0 s2*0", "P~b s2~b P*0 s2*0"})
    void nodesThatLeftDoNotFailARoundThatChangesNothingOnceSomethingWasPermitted(String story) {
        var transaction = Story.of(3).allowed();
        transaction.tell("P=a s1=a s2=a s3! P*a s1*a s2*a s1!");

        assertThat(transaction.tell(story)).doesNotContain("abort");
    }

    @Test
    void beforeAPermissionNodesThatLeftCount() {
        assertThat(Story.of(3).allowed().tell("s1! s2! P~a s3~a")).isEqualTo("P:abort s3:abort");
    }

    @Test
    void thoseWhoAreLeftAfterThePrimaryDecideByMajority() {
        var story = Story.of(3).allowed();
        story.tell("P=a s1=a s2=a s3=a P*a s1*a s2*a s3*a P!");

        assertThat(story.tell("s1~b s2~b")).isEqualTo("s1:commit s2:commit");
        assertThat(story.tell("s3~b s1=c")).isEqualTo("s3:commit s1:abort"); // but permit nothing without it
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "1, s1- P=a,           P:commit", // nobody is left to wait for
        "1, P=a s1-,           P:commit",
        "2, P=a s1- s2-,       P:commit",
        "2, P=a s1- s2=b,      P:commit s2:abort", // the only one left may disagree
        "3, P=a s1=a s2- s3=b, P:commit s3:abort",
        "2, s1- s1=a,          s1:invalid",
        "2, s1=a s1- P=a s2!,  s1:cancelled P:abort", // it has voted, so it was reached
        "2, P=a s1! s2-,       P:commit",
        "1, P- s1=a,           s1:abort", // never without the primary
    })
    void aNodeThatWasNeverReachedIsAsIfItHadNotBeenAsked(int secondaries, String story, String told) {
        assertThat(Story.of(secondaries).allowed().tell(story)).isEqualTo(told);
    }

    @Test
    void aNodeThatDisagreedOrVotedHasBeenReached() {
        var story = Story.of(2).allowed();
        story.tell("P=a s1=b s2=a s1-");

        assertThat(story.transaction().hasLeft(Story.name("s1"))).isTrue();
    }

    @Test
    void theLastOneWithAWeightIsNotExcluded() {
        var story = Story.among(Story.equals("a1 b0", 1)).allowed();

        assertThat(story.tell("b=x a-")).isEqualTo("b:abort");
    }

    @Test
    void aSecondVoteOfAVoterThatWaitsIsNone() {
        var step = Story.of(1).allowed();
        step.tell("s1=a");

        var answers = step.transaction()
                .cast(new Ballot(Story.name("s1"), Story.vote('a'), VotePhase.PREPARED))
                .answers();

        assertThat(answers)
                .containsExactly(new Answer(
                        Story.name("s1"), new VoteResult.Invalid("node already cast a vote: \"s1\"")));
        assertThat(step.tell("P=a")).isEqualTo("P:commit");
    }

    @Test
    void whoTakesNoPartCannotVote() {
        var ballot = new Ballot(Story.name("stranger"), Story.vote('a'), VotePhase.PREPARED);

        var answers = Story.of(1).transaction().cast(ballot).answers();

        assertThat(answers)
                .containsExactly(new Answer(
                        Story.name("stranger"),
                        new VoteResult.Invalid("invalid node for transaction: \"stranger\"")));
        assertThat(Story.of(1).tell("stranger!")).isEmpty();
        assertThat(Story.of(1).transaction().describe(Story.name("stranger"))).isEmpty();
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "stop P=a s1=a,          P:stop s1:stop, P:stopped s1:stopped", // a later vote
        "stop stop stop,         '',             P:stopped s1:stopped", // any number of times
        "s1=a stop,              s1:stop,        P:stopped s1:stopped", // who waits
        "P~a s1~a stop,          P:commit s1:commit, P:committed s1:committed", // who was answered stays so
        "P~a stop s1~a,          P:commit s1:stop, P:committed s1:stopped", // a late one
        "s1! stop,               '',             P:stopped s1:canceled", // who had left
        "end stop P=a,           P:cancelled,    P:canceled s1:canceled", // what is over stays over
        "stop end P=a,           P:cancelled,    P:canceled s1:canceled",
        "stop allow s1! forbid late0, '',        P:stopped s1:canceled",
    })
    void aStopEndsItForAllWhoAreNotAnswered(String story, String told, String standings) {
        var transaction = Story.of(1);

        assertThat(transaction.tell(story)).isEqualTo(told);
        assertThat(transaction.standings()).isEqualTo(standings);
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "end P=a,        P:cancelled,          P:canceled s1:canceled", // without any round
        "s1=a end,       s1:cancelled,         P:canceled s1:canceled",
        "P~a end,        P:commit,             P:committed s1:canceled", // the absent one
        "P~a s1~a end,   P:commit s1:commit,   P:committed s1:committed",
        "end end,        '',                   P:canceled s1:canceled",
    })
    void anEndCancelsAllWhoAreNotAnswered(String story, String told, String standings) {
        var transaction = Story.of(1);

        assertThat(transaction.tell(story)).isEqualTo(told);
        assertThat(transaction.standings()).isEqualTo(standings);
    }

    @Test
    void nothingIsWaitedForOnceItIsOver() {
        var story = Story.of(2).allowed();
        story.tell("stop P=a s1=a s2! end");

        assertThat(story.waits()).isEmpty();
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "P=a,           0:primary_waits", // no quorum yet
        "P=a s1=a,      0:primary_waits 0:quorum_reached", // somebody is absent
        "s1=a P=a s2=a, 0:quorum_reached",
        "s1=a s2=b,     ''", // the primary takes its time, as long as its client does
        "s1! s2! P=a,   ''", // nobody is absent
        "P~a s1~a P~b,  0:primary_waits 0:quorum_reached 1:primary_waits",
        "P=a s1=a s2=a P*a s1*a s2*a P! s1~b, 0:primary_waits 0:quorum_reached 1:primary_waits", // not without a limit
    })
    void whoIsWaitedForAndWhyIsSaidOnce(String story, String waits) {
        var transaction = Story.of(2).allowed();

        transaction.tell(story);

        assertThat(String.join(" ", transaction.waits())).isEqualTo(waits);
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "2, P=a late0,           P:abort", // there was no quorum
        "2, P=a s1=a late0 s2=a, P:commit s2:cancelled",
        "1, P=a late0,           P:commit", // a quorum, which waits for company no longer
        "1, P=a late7,           ''", // there is no such round
        "1, P=a s1=a late0 P*a s1*a, P:commit s1:commit P:commit s1:commit", // nobody was absent
        "2, P~a s1~a P=b s1=b late1 s2~a, P:commit s1:commit P:commit s2:cancelled", // absent there, too
    })
    void whoIsAbsentTooLongLeaves(int secondaries, String story, String told) {
        assertThat(Story.of(secondaries).allowed().tell(story)).isEqualTo(told);
    }

    @Test
    void roundsThatAllHavePassedAreForgotten() {
        var story = Story.of(2).allowed();
        int most = 0;

        for (int reference = 0; reference < 10_000; reference++) {
            assertThat(story.tell("P=a s1=a s2=a P*a s1*a s2*a"))
                    .isEqualTo("P:commit s1:commit s2:commit P:commit s1:commit s2:commit");
            most = Math.max(most, story.transaction().rounds.all().size());
        }

        assertThat(most).isLessThanOrEqualTo(1);
        assertThat(story.transaction().roundCount()).isEqualTo(10_000);
        assertThat(story.confirmed("P")).isEqualTo(story.confirmed("s2"));
        assertThat(story.confirmed("P").length()).isEqualTo(10_000);
        assertThat(story.current()).isEqualTo("P s1 s2");
    }

    @Test
    void roundsAreKeptForOneThatIsBehindUntilItLeaves() {
        var story = Story.of(2).allowed();
        for (int reference = 0; reference < 1000; reference++) {
            story.tell("P=a s1=a P*a s1*a");
        }
        assertThat(story.transaction().rounds.all()).hasSize(1000);

        story.tell("s2=a s2*a s2=a s2*a");
        assertThat(story.transaction().rounds.all()).hasSize(998);

        story.tell("late2");
        assertThat(story.transaction().rounds.all()).isEmpty();
        assertThat(story.tell("P~a s1~a")).isEqualTo("P:commit s1:commit");
    }

    @Test
    void aVoteIsTwentyBytes() {
        var hex = "00112233445566778899aabbccddeeff01020304";

        assertThat(Vote.of(HexFormat.of().parseHex(hex))).hasToString(hex);
        assertThat(Vote.of(new byte[20]).isZero()).isTrue();
        assertThat(Vote.of(HexFormat.of().parseHex(hex)).isZero()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Vote.of(new byte[19]))
                .withMessage("invalid vote length 19");
    }
}
