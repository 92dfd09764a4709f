package io.quaestor.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may change something, and who has said that it did (architecture: the outcome rule, write intents), told as in
/// [Story].
class PermissionTest {

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"P=a s1=a", "P?a s1?a", "P*a s1*a"})
    void noneIsGivenBeforeItIsAllowed(String story) {
        var transaction = Story.of(1);

        assertThat(transaction.tell(story)).isEmpty();
        assertThat(transaction.transaction().wantsPermission()).isTrue();
        assertThat(transaction.transaction().isPermitted()).isFalse();
        assertThat(transaction.tell("allow")).isEqualTo("P:commit");
        assertThat(transaction.transaction().isPermitted()).isTrue();
        assertThat(transaction.transaction().wantsPermission()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"P~a s1~a", "P^a s1^a", "P*0 s1*0", "P?0 s1?0"})
    void whatChangesNothingNeedsNone(String story) {
        var transaction = Story.of(1);

        assertThat(transaction.tell(story)).contains("P:commit").contains("s1:commit");
        assertThat(transaction.transaction().isPermitted()).isFalse();
        assertThat(transaction.confirmed("P")).isEqualTo(Confirmations.NONE);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"s1=a", "P=a s1=b s2=c", "P=a s1=b", "P=a"})
    void noneIsWantedWithoutAQuorum(String story) {
        var transaction = Story.of(2);
        transaction.tell(story);

        assertThat(transaction.transaction().wantsPermission()).isFalse();
    }

    @Test
    void noneIsWantedBeforeALoneQuorumHasCompany() {
        var transaction = Story.of(1);
        transaction.tell("P=a");
        assertThat(transaction.transaction().wantsPermission()).isFalse();

        transaction.tell("late0");

        assertThat(transaction.transaction().wantsPermission()).isTrue();
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "P=a s1=a s2=b,     s2:abort P:commit", // a dissenter, too, hears only now
        "P=a s1=a s2!,      P:commit",
        "P=a s1=a late0,    P:commit",
        "P=a s1=a P!,       s1:abort", // votes may be taken back until then
        "P=a s1=a s1!,      ''",
        "P=a s1=a s1! s2=a, P:commit",
        "P=a s1=a s1! s2!,  P:abort",
    })
    void untilItIsAllowedNothingIsDecided(String before, String told) {
        var transaction = Story.of(2);
        var early = transaction.tell(before).replaceAll("\\w+:cancelled", "").strip();

        var late = transaction.tell("allow");

        assertThat((early + " " + late).strip().split(" ")).containsExactlyInAnyOrder(told.split(" "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "P=a s1=a forbid,       P:withheld s1:withheld", // those that are held
        "forbid P=a s1=a,       P:withheld s1:withheld", // later ones
        "forbid allow P=a s1=a, P:withheld s1:withheld", // for good
        "allow forbid P=a s1=a, P:withheld s1:withheld",
        "forbid P=a s1=b s2=c,  P:abort s1:abort s2:abort", // nobody could have been permitted this
        "forbid P~a s1~a,       P:commit s1:commit", // changes nothing
    })
    void noneIsGivenAfterItIsForbidden(String story, String told) {
        var transaction = Story.of(2);

        assertThat(transaction.tell(story)).isEqualTo(told);
        assertThat(transaction.transaction().isPermitted()).isFalse();
        assertThat(transaction.transaction().wantsPermission()).isFalse();
    }

    @Test
    void aLateVoterIsNeverToldToAbortWhatOthersWerePermitted() {
        var story = Story.of(2).allowed();
        story.tell("P=a s1=a P*a");

        assertThat(story.tell("forbid s2=a")).isEqualTo("s2:withheld");
        assertThat(story.tell("s1*a P*0 s1*0")).isEqualTo("s1:commit P:commit s1:commit");
        assertThat(story.transaction().isPermitted()).isTrue();
    }

    @Test
    void aLateDissenterAborts() {
        assertThat(Story.of(2).allowed().afterwards("P=a s1=a P*a s1*a", "forbid s2=b")).isEqualTo("s2:abort");
    }

    @Test
    void whatTheRestDecidedAmongThemselvesIsNoPermission() {
        var story = Story.of(2).allowed();
        story.tell("P=a s1=a s2=a P*a s1*a s2*a P! s1~b s2~b");

        assertThat(story.tell("s1=c")).isEqualTo("s1:abort");
        assertThat(story.tell("s2=c")).isEqualTo("s2:abort");
    }

    @Test
    void aVoteToWaitDoesNotMakeAQuorumForAChangeSmaller() {
        var story = Story.of(3).allowed();
        story.tell("P=a s1=a s2=a s3! P*a s1*a s2*a s1!");

        assertThat(story.tell("s2~b P=b")).isEqualTo("s2:abort P:abort"); // one of three is not half
    }

    @ParameterizedTest(name = "{0}, then {1} → {2}")
    @CsvSource({
        "P=a s1=a s2=a, P*a,    s1:commit s2:commit P:commit", // it has made the change
        "P=a s1=a s2=a, P!,     s1:commit s2:commit", // or may have made it, and is lost
        "P=a s1=a s2=a, P~b,    s1:commit s2:commit", // or will never say
        "P=a s1=a,      s2=a,   ''", // who comes late waits, too
        "P=a s1=a P*a,  s2=a,   s2:commit",
        "P?a s1?a s2?a, P~b,    s1:commit s2:commit", // a change that has no vote afterwards
        "P?a s1?a s2?a, P.,     s1:commit s2:commit",
        "P=a s1=a s2=a, s1!,    s1:cancelled",
        "P=a s1=a s2=a, forbid, s1:withheld s2:withheld", // the primary has failed
        "P=a s1=a s2=a, stop,   s1:stop s2:stop",
        "P=a s1=a,      s2=b,   s2:abort",
        "P~a s1~a,      s2~a,   s2:commit", // where nothing changes nobody goes first
    })
    void thePrimaryGoesFirst(String before, String then, String told) {
        assertThat(Story.of(2).allowed().afterwards(before, then)).isEqualTo(told);
    }

    @Test
    void amongEqualsNobodyGoesFirst() {
        assertThat(Story.among(Story.equals("a1 b1", 2)).allowed().tell("a=x b=x")).isEqualTo("a:commit b:commit");
    }

    @Test
    void confirmationsAreAnsweredAtOnce() {
        var story = Story.of(2).allowed();
        story.tell("P=a s1=a s2=a");

        assertThat(story.tell("P*a")).isEqualTo("s1:commit s2:commit P:commit");
        assertThat(story.current()).isEqualTo("P");
        assertThat(story.tell("s1*a")).isEqualTo("s1:commit");
        assertThat(story.current()).isEqualTo("P s1");
        assertThat(story.transaction().mayBeWriting(Story.name("P"))).isFalse();
        assertThat(story.transaction().mayBeWriting(Story.name("s2"))).isTrue();
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "stop s1*a,              s1:stop",
        "end s1*a,               s1:cancelled",
        "s1! s1*a,               s1:cancelled", // nobody waited for it any more
        "s1~b s2~c P~b s1! s1*a, s1:cancelled",
        "forbid s1*a,            s1:commit",
        "s1~x P~b s2~b s1*a,     s1:commit", // it may not go on, and has done this
    })
    void whatANodeHasDoneCountsWhateverItIsTold(String story, String last) {
        var transaction = Story.of(2).allowed();
        transaction.tell("P=a s1=a s2=a P*a s2*a");

        assertThat(transaction.tell(story)).endsWith(last);
        assertThat(transaction.confirmed("s1")).isEqualTo(transaction.confirmed("P"));
        assertThat(transaction.transaction().mayBeWriting(Story.name("s1"))).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "P?a s1?a P~b s1~b",
                "P?a s1?a P. s1.",
                "P?a s1?a P*0 s1*0",
                "P*a s1*a P. s1.",
                "P*a s1*a P=b s1=b"
            })
    void aChangeThatIsVotedOnOnceIsConfirmedByGoingOn(String story) {
        var transaction = Story.of(1).allowed();
        transaction.tell(story);

        assertThat(transaction.confirmed("P")).isEqualTo(Confirmations.NONE.plus(Story.vote('a')));
        assertThat(transaction.confirmed("s1")).isEqualTo(transaction.confirmed("P"));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"s1!", "stop s1!", "late1 s1!"})
    void aCallThatFailsConfirmsNothing(String story) {
        var transaction = Story.of(1).allowed();
        transaction.tell("P?a s1?a P~b");

        transaction.tell(story);

        assertThat(transaction.confirmed("s1")).isEqualTo(Confirmations.NONE);
        assertThat(transaction.transaction().mayBeWriting(Story.name("s1"))).isTrue();
    }

    @Test
    void aCallThatEndedWithOkConfirmsThoughNobodyWaitedForIt() {
        var story = Story.of(1).allowed();

        story.tell("P?a s1?a P~b late1 s1.");

        assertThat(story.confirmed("s1").length()).isEqualTo(1);
    }

    @Test
    void whatWasPassedOverWithoutAWordIsNeverKnown() {
        var story = Story.of(1).allowed();

        story.tell("P=a s1=a P=b s1*a s1=b P*b s1*b");

        assertThat(story.transaction().mayBeWriting(Story.name("P"))).isTrue();
        assertThat(story.confirmed("P")).isEqualTo(Confirmations.NONE.plus(Story.vote('b')));
        assertThat(story.current()).isEqualTo("s1");
    }

    @Test
    void otherBytesConfirmNothing() {
        var story = Story.of(1).allowed();

        assertThat(story.afterwards("P=a s1=a P*a", "s1*b")).isEmpty(); // it asks for something new
        assertThat(story.confirmed("s1")).isEqualTo(Confirmations.NONE);
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "'P~x s1~x',                                     P s1 s2", // nothing was changed
        "'P=a s1=a',                                     ''",
        "'P=a s1=a P*a',                                 P",
        "'P=a s1=a P*a s1*a s2=b',                       P s1",
        "'P=a s1=a P*a s1*a s2=a',                       P s1",
        "'P=a s1=a P*a s1*a s1.',                        P s1",
        "'P=a s1=a P*a s1*a P=b s1=b',                   ''",
        "'P=a s1=a P*a s1*a P=b s1=b P! s1*b',           s1",
        "'P=a s1=a s2=a P*a s1*a s2*a s2! P=b s1=b P*b', P", // s2 misses the second change
        "'P=a s1=a P*a s1*a s2=a s2*a',                  P s1 s2",
    })
    void whoHasConfirmedEverythingIsKnown(String story, String current) {
        var transaction = Story.of(2).allowed();
        transaction.tell(story);

        assertThat(transaction.current()).isEqualTo(current);
    }

    @Test
    void whoWaitedOnlyIsNotTakenForOneThatHasWritten() {
        var story = Story.of(2).allowed();

        assertThat(story.tell("P^a s1^a s2=a")).isEqualTo("P:commit s1:commit"); // s2 is one step ahead
        assertThat(story.tell("P~b")).isEqualTo("s2:commit");
        assertThat(story.current()).isEmpty();
    }

    @Test
    void confirmationsAreEqualIfTheyAreTheSameInTheSameOrder() {
        var a = Story.vote('a');
        var b = Story.vote('b');

        assertThat(Confirmations.NONE.plus(a).plus(b)).isEqualTo(Confirmations.NONE.plus(a).plus(b));
        assertThat(Confirmations.NONE.plus(a).plus(b)).hasSameHashCodeAs(Confirmations.NONE.plus(a).plus(b));
        assertThat(Confirmations.NONE.plus(a).plus(b)).isNotEqualTo(Confirmations.NONE.plus(b).plus(a));
        assertThat(Confirmations.NONE.plus(a)).isNotEqualTo(Confirmations.NONE.plus(a).plus(b));
        assertThat(Confirmations.NONE).hasToString("nothing confirmed").isNotEqualTo(Confirmations.NONE.plus(a));
    }
}
