package io.quaestor.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.quaestor.spi.model.StorageName;
import io.quaestor.transaction.WriteOutcome.Changed;
import io.quaestor.transaction.WriteOutcome.Unchanged;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The table above [WriteOutcome], every case of it; told as in [Attempts].
class WriteOutcomeTest {

    @ParameterizedTest(name = "P{0}")
    @ValueSource(strings = {"", "=x", "!", "-"})
    void whereNothingWasPermittedNothingWasChanged(String mark) {
        for (var votes : List.of("none", "P=a s1=b s2=c", "s1=a s2=a", "P~a s1~a s2~a", "forbid P=a s1=a s2=a")) {
            assertThat(judged("PLAIN", votes, "P" + mark + " s1" + mark + " s2 l<")).isEqualTo("unchanged");
        }
    }

    @ParameterizedTest(name = "{0}: {1}; {2} → {3}")
    @CsvSource({
        "PLAIN, P=a s1=a P*a s1*a, P s1,     P: P+ s1+",
        "PLAIN, P=a s1=a P*a s1*a, P=x s1=x, P: P+ s1+",
        "PLAIN, P=a s1=a P*a s1*a, P=x s1,   P: P+ s1:node-error-status",
        "HOOKS, P=a s1=a P*a s1*a, P=x s1,   P: P+ s1+",
        "PLAIN, P=a s1=a P~b s1*a, P=x s1,   P: P+ s1:node-not-committed", // it passed it over
        "PLAIN, P=a s1=a P~b s1*a, P s1,     P: P+ s1:node-not-committed",
        "PLAIN, P=a s1=a,          P=x s1=x, P: P+ s1:node-not-committed", // nobody knows
        "PLAIN, P=a s1=b P*a,      P s1=x,   P: P+ s1:node-not-committed",
    })
    void aPrimaryThatLivesIsTheTruth(String kind, String votes, String ends, String expected) {
        assertThat(judged(kind, votes, ends)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}; {1} → {2}")
    @CsvSource({
        "P=a s1=a s2=a P*a s1*a s2*a,              P! s1 s2,     s1: P+ s1+ s2+",
        "P=a s1=a s2=a P! s1*a s2*a,               P! s1 s2,     s1: P:node-vanished s1+ s2+",
        "P=a s1=a s2=a P! s2*a,                    P! s1=x s2,   s2: P:node-vanished s1:node-not-committed s2+",
        "P=a s1=a s2=a P*a s1*a s2*a P=b s1=b P*b, P! s1=x s2=x, s2: P:node-vanished s1:node-not-committed s2+", // known
        "P=a s1=a s2=b P*a,                        P! s1! s2=x,  s2: P:node-vanished s1:node-vanished s2+", // it lives
        "P=a s1=a s2=b P*a s1*a,                   P! s1! s2=x,  s2: P:node-vanished s1:node-vanished s2+", // it lives
        "P=a s1=a s2=b P*a s1*a,                   P! s1! s2!,   s1: P+ s1+ s2:node-vanished", // nobody does
        "P=a s1=a s2=a,                            P! s1=x s2=x, s1: P:node-vanished s1+ s2:node-not-committed",
        "P=a s1=a P*a s1*a,                        P! s1 s2-,    s1: P+ s1+ s2:node-not-committed",
        "P=a s1=b s2=a,                            P! s1=x s2=y, s1: P:node-vanished s1+ s2:node-not-committed",
    })
    void aPrimaryThatDiesTakesNothingElseWithIt(String votes, String ends, String expected) {
        assertThat(judged("PLAIN", votes, ends)).isEqualTo(expected);
        assertThat(judged("HOOKS", votes, ends)).isEqualTo(expected);
    }

    @Test
    void endsAreNotComparedWhereThePrimaryIsLost() {
        var votes = "P=a s1=a s2=a P*a s1*a s2*a";

        assertThat(judged("PLAIN", votes, "P! s1=x s2=y")).isEqualTo("s1: P+ s1+ s2+");
    }

    @ParameterizedTest(name = "{0}; {1} → {2}")
    @CsvSource({
        "P=a,         P!,     P: P+",
        "P=a P*a,     P! l<,  P: P+ l:outdated",
        "P=a s1-,     P! s1-, P: P+ s1:node-not-committed",
        "P=a s1=a,    P! s1!, P: P+ s1:node-vanished", // both may have written
        "P=a s1! P*a, P! s1!, s1: P:node-vanished s1+", // but this one has not
    })
    void whereNobodyElseCanTellTheLostPrimaryIsTheTruth(String votes, String ends, String expected) {
        assertThat(judged("PLAIN", votes, ends)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}; {1} → {2}")
    @CsvSource({
        "P=a s1=a P*a s1*a,              P s1!, P: P+ s1+", // after its last vote
        "P=a s1=a P*a,                   P s1!, P: P+ s1:node-vanished",
        "P=a s1=a P*a s1*a P=b s1=b P*b, P s1!, P: P+ s1:node-vanished",
        "P=a s1=a P*a s1*a P=b s1! P*b,  P s1!, P: P+ s1:node-vanished",
        "P=a s1- P*a,                    P s1-, P: P+ s1:node-not-committed",
    })
    void aNodeThatLeftIsJudgedByWhatItConfirmedAndMakesNobodyOutdated(String votes, String ends, String expected) {
        assertThat(judged("PLAIN", votes, ends)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}; {1} → {2}")
    @CsvSource({
        "none,              P,          P: P+",
        "none,              P s1 l<,    P: P+ s1:no-votes l:outdated",
        "none,              P=x s1=x,   P: P+ s1:no-votes",
        "none,              P- s1-,     unchanged",
        "none,              P- s1,      s1: P:no-votes s1+",
        "none,              P- s1!,     P: P+ s1:no-votes",
        "none,              P- s1! s2-, P: P+ s1:no-votes s2+",
        "none,              P! s1!,     P: P+ s1:no-votes",
        "P=a s1=a P*a s1*a, P s1,       P: P+ s1+",
        "P=a s1=a P*a s1*a, P s1!,      P: P+ s1:node-vanished", // it may have written more
        "P=a s1=a P*a s1*a, P! s1,      s1: P:node-vanished s1+",
        "P=a s1=a P*a s1*a, P! s1!,     P: P+ s1:node-vanished",
        "P=a s1- P*a,       P s1-,      P: P+ s1:node-not-committed",
    })
    void whatIsWrittenOutsideVotesIsNotKnownByThem(String votes, String ends, String expected) {
        assertThat(judged("OUTSIDE_VOTES", votes, ends)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}, {1}; {2} → {3}")
    @CsvSource({
        "CREATION,               P=a s1=a P*a s1*a, P s1,     P: P+ s1+",
        "CREATION,               none,              P=x s1=x, unchanged",
        "CREATION,               none,              P s1,     P: P+ s1:no-votes", // somebody believes that it exists
        "CREATION,               P=a s1=a P*a s1*a, P=x s1=x, P: P+ s1+",
        "CREATION,               P=a s1=a,          P=x s1=x, leftovers",
        "CREATION,               P=a s1=a,          P! s1=x,  leftovers",
        "CREATION,               P=a s1=a P! s1*a,  P! s1,    s1: P:node-vanished s1+",
        "CREATION,               P=a s1=a P*a,      P! s1=x,  leftovers", // what lives has none
        "CREATION,               P=a s1=a P*a,      P! s1!,   P: P+ s1:node-vanished",
        "CREATION,               P=a s1=a,          P! s1!,   leftovers",
        "CREATION_OUTSIDE_VOTES, no transaction,    P,        P: P+",
        "CREATION_OUTSIDE_VOTES, no transaction,    P=x,      leftovers",
        "CREATION_OUTSIDE_VOTES, no transaction,    P!,       leftovers",
        "CREATION_OUTSIDE_VOTES, no transaction,    P-,       unchanged",
    })
    void aNewRepositoryIsRecordedOnlyIfSomebodyMadeIt(String kind, String votes, String ends, String expected) {
        assertThat(judged(kind, votes, ends)).isEqualTo(expected);
    }

    /// RT 10.1, GetUpdatedAndOutdatedSecondaries; where we judge otherwise, the comment says why.
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "single committed node,                 P=a P*a,   P,             P: P+",
        "single failed node,                    none,      P=x,           unchanged",
        "single node without votes,             none,      P,             unchanged", // it may not write without
        "single successful node with replica,   P=a P*a,   P l<,          P: P+ l:outdated",
        "single failing node with replica,      none,      P=x l<,        unchanged",
        "committed node with error and replica, P=a P*a,   P=x l<,        P: P+ l:outdated",
        "the same without vote,                 none,      P=x l<,        unchanged",
        "no votes with replica,                 none,      P l<,          unchanged", // it may not write without
        "several without votes,                 none,      P s1 s2,       unchanged", // the same
        "primary never voted,                   s1=a s2=a, P=x s1=y s2=y, unchanged",
    })
    void judgesAsPraefectWhereThereIsNoQuestion(String row, String votes, String ends, String expected) {
        assertThat(judged("PLAIN", votes, ends)).as(row).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "several committed nodes,   P s1 s2,       P: P+ s1+ s2+",
        "primary error,             P=x s1 s2,     P: P+ s1:node-error-status s2:node-error-status",
        "same error everywhere,     P=x s1=x s2=x, P: P+ s1+ s2+",
        // they said nothing that can be compared, and Praefect calls them outdated; their confirmations are equal
        "same standard error,       P! s1! s2!,    s1: P+ s1+ s2+",
        "different code or message, P=x s1=y s2=z, P: P+ s1:node-error-status s2:node-error-status",
        "one equal one different,   P=x s1=x s2=y, P: P+ s1+ s2:node-error-status",
        "secondary error only,      P s1=x s2,     P: P+ s1:node-error-status s2+",
        "primary and one the same,  P=x s1=x s2,   P: P+ s1+ s2:node-error-status",
        "partial error and replica, P s1=x s2 l<,  P: P+ s1:node-error-status s2+ l:outdated",
    })
    void comparesEndsOfNodesThatConfirmedTheSame(String row, String ends, String expected) {
        assertThat(judged("PLAIN", "P=a s1=a s2=a P*a s1*a s2*a", ends)).as(row).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "partial success,       P=a s2=a s1=b P*a s2*a,      P s1=x s2,    P: P+ s1:node-not-committed s2+",
        "the same with replica, P=a s2=a s1=b P*a s2*a,      P s1=x s2 l<, P: P+ s1:node-not-committed s2+ l:outdated",
        "primary failed,        P=a s1=a s2=a P~b s1*a s2*a, P=x s1 s2,    P: P+ s1:node-not-committed s2:node-not-committed",
    })
    void comparesWhatNodesConfirmed(String row, String votes, String ends, String expected) {
        assertThat(judged("PLAIN", votes, ends)).as(row).isEqualTo(expected);
    }

    /// RT 10.2: a push, and votes by hand.
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "all agree,             P=a s1=a s2=a P*a s1*a s2*a,               P s1 s2,       P: P+ s1+ s2+",
        // hooks run on the primary only, and a failure after the change is no reason to copy everything again
        "primary fails later,   P=a s1=a s2=a P*a s1*a s2*a,               P=x s1 s2,     P: P+ s1+ s2+",
        // nothing was written anywhere, and Praefect raises the generation of the primary (RT 11.14)
        "all disagree,          P=a s1=b s2=c,                             P=x s1=x s2=x, unchanged",
        // the first change was made everywhere, and the second nowhere
        "second vote fails,     P=a s1=a s2=a P*a s1*a s2*a P=b s1=c s2=d, P=x s1=x s2=x, P: P+ s1+ s2+",
        "the only one dissents, P=a s1=b P*a,                              P s1=x,        P: P+ s1:node-not-committed",
        "one of three dissents, P=a s1=a s2=b P*a s1*a,                    P s1 s2=x,     P: P+ s1+ s2:node-not-committed",
        "two lag,               P=a s1=a P*a s1*a,                         P s1 s2< s3<,  P: P+ s1+ s2:outdated s3:outdated",
        "unstarted,             none,                                      P s1,          unchanged", // no votes, no change
        "unstarted and failed,  none,                                      P=x s1=x s2<,  unchanged",
    })
    void judgesPushes(String row, String votes, String ends, String expected) {
        assertThat(judged("HOOKS", votes, ends)).as(row).isEqualTo(expected);
    }

    @Test
    void aNodeThatDiesAfterItsLastVotePoisonsNothing() { // RT 11.1
        var votes = "P=a s1=a s2=a P*a s1*a s2*a s2! P*0 s1*0";

        assertThat(judged("HOOKS", votes, "P s1 s2!")).isEqualTo("P: P+ s1+ s2+");
    }

    @Test
    void refusesAnAttemptWithoutItsPrimary() {
        var ends = new LinkedHashMap<StorageName, NodeEnd>();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WriteAttempt(
                        Story.name("P"), ends, List.of(), Optional.empty(), false, true, false));
    }

    @ParameterizedTest(name = "{0}, creation: {1} → changed: {2}")
    @CsvSource({
        "P,   false, true",
        "P,   true,  true",
        "P=x, false, true", // it may have written before it failed
        "P=x, true,  false",
        "P!,  false, true",
        "P!,  true,  false",
        "P-,  false, false",
        "P-,  true,  false",
    })
    void theEndOfThePrimaryDecidesWhetherSomethingChanged(String end, boolean creation, boolean changed) {
        var kind = creation ? Attempts.Kind.CREATION : Attempts.Kind.PLAIN;

        var outcome = WriteOutcome.of(Attempts.of(kind, "no transaction", end));

        assertThat(outcome instanceof Changed).isEqualTo(changed);
        assertThat(outcome.reason()).isNotBlank().doesNotEndWith(".");
    }

    static Stream<WriteAttempt> everyAttemptWithoutVotes() {
        var attempts = new ArrayList<WriteAttempt>();
        for (var end : List.of("P", "P=x", "P!", "P-")) {
            for (var kind : List.of(Attempts.Kind.CREATION, Attempts.Kind.PLAIN)) {
                for (int secondaries = 0; secondaries <= 3; secondaries++) {
                    var ends = new StringBuilder(end);
                    IntStream.rangeClosed(1, secondaries).forEach(i -> ends.append(" s").append(i).append('<'));
                    attempts.add(Attempts.of(kind, "no transaction", ends.toString()));
                }
            }
        }
        return attempts.stream();
    }

    @ParameterizedTest
    @MethodSource("everyAttemptWithoutVotes")
    void whileReplicasDoNotVoteOnlyThePrimaryHasAWrite(WriteAttempt attempt) {
        switch (WriteOutcome.of(attempt)) {
            case Changed changed -> {
                assertThat(changed.upToDate()).isEqualTo(Set.of(attempt.primary()));
                assertThat(changed.outdated()).isEqualTo(Set.copyOf(attempt.lagging()));
            }
            case Unchanged _ -> assertThat(attempt.end(attempt.primary()).kind()).isNotEqualTo(NodeEnd.Kind.OK);
        }
    }

    private static String judged(String kind, String votes, String ends) {
        return Attempts.judged(Attempts.of(Attempts.Kind.valueOf(kind), votes, ends));
    }
}
