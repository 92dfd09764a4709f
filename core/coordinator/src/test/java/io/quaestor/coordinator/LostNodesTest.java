package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.transaction.VotePhase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nodes that die, hang or are slow in the middle of a write, and clients that go: P3, P4; rules 4 and 5 of the outcome. See
/// [WriteStory].
class LostNodesTest {

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    LostNodesTest() throws InterruptedException {}

    @ParameterizedTest(name = "{0} → {1}, {2}, {3}")
    @CsvSource({
        // it dies, before or after its vote
        "'g3! g1:Pa g2:Pa g1:Ca g2:Ca g1+ g2+',         'g1=CC g2=CC',       '', '6: g1=6 g2=6 g3=5'",
        "'g3:Pa g3! g1:Pa g2:Pa g1:Ca g2:Ca g1+ g2+',   'g1=CC g2=CC g3=X',  '', '6: g1=6 g2=6 g3=5'",
        "'all:Pa g3! g1:Ca g2:Ca g1+ g2+',              'g1=CC g2=CC g3=X',  '', '6: g1=6 g2=6 g3=5'",
        // it cannot be reached: as if it had not been asked, so half of those who are left is enough
        "'g3? g1:Pa g2:Pa g1:Ca g2:Ca g1+ g2+',         'g1=CC g2=CC',       '', '6: g1=6 g2=6 g3=5'",
        "'g2? g3? g1:Pa g1:Ca g1+',                     'g1=CC',             '', '6: g1=6 g2=5 g3=5'",
        "'g1:Pa g2? g3? g1:Ca g1+',                     'g1=CC',             '', '6: g1=6 g2=5 g3=5'",
        // it never votes, and hangs: released, since the others were permitted
        "'g1:Pa g2:Pa g1:Ca g2:Ca g1+ g2+ 5s',          'g1=CC g2=CC',       'release g3 for 300s', '6: g1=6 g2=6 g3=5'",
        // it votes in time
        "'g1:Pa g2:Pa 4s g3:Pa g1:Ca g3:Ca g2:Ca all+', 'g1=CC g2=CC g3=CC', '', '6: g1=6 g2=6 g3=6'",
        "'g1:Pa g2:Pa 4s g3:Pb g1:Ca g2:Ca all+',       'g1=CC g2=CC g3=A',  '', '6: g1=6 g2=6 g3=5'",
        // it votes too late
        "'g1:Pa g2:Pa 5s g3:Pa g1:Ca g2:Ca g1+ g2+',    'g1=CC g2=CC g3=X',  'release g3 for 300s', '6: g1=6 g2=6 g3=5'",
        // it hangs in the middle of its write
        "'all:Pa g1:Ca g2:Ca g1+ g2+ 5s',               'g1=CC g2=CC g3=C',  'release g3 for 300s', '6: g1=6 g2=6 g3=5'",
        // it hangs when everything is done: it has the write
        "'all:Pa all:Ca g1+ g2+ 5s',                    'g1=CC g2=CC g3=CC', 'release g3 for 300s', '6: g1=6 g2=6 g3=6'",
        // it hangs in the second round
        "'all:Pa all:Ca g1:Pb g2:Pb 5s g1:Cb g2:Cb g1+ g2+', 'g1=CCCC g2=CCCC g3=CC', 'release g3 for 300s', '6: g1=6 g2=6 g3=5'",
        // it hangs where nodes wait for each other, before anything was permitted: released for a shorter time
        "'g1:Ss g2:Ss 5s g1:Pa g2:Pa g1:Ca g2:Ca g1+ g2+', 'g1=CCC g2=CCC', 'release g3 for 5s', '6: g1=6 g2=6 g3=5'",
    })
    void aSecondaryThatIsLostNeitherFailsNorStallsAWrite(String story, String answers, String acts, String generations)
            throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE);

        var played = WriteStory.play(proxy, call, story);

        assertThat(played.answers()).isEqualTo(answers);
        assertThat(String.join(", ", call.acts())).isEqualTo(acts);
        assertThat(call.told()).isEqualTo("pass");
        assertThat(proxy.generations()).isEqualTo(generations);
    }

    @ParameterizedTest(name = "{0} → {1}, {2}")
    @CsvSource({
        "'g1:Pa',              'g1=.',      ''",
        "'g1:Pa 4s',           'g1=.',      ''",
        "'g1:Pa 5s',           'g1=C',      'release g2 for 300s'", // one copy is better than none
        "'g1:Pa 4s g2:Pa',     'g1=C g2=.', ''",
        "'g1:Pa 4s g2:Pb',     'g1=C g2=A', ''",
        "'g1:Pa g2!',          'g1=C',      ''",
        "'g2! g1:Pa',          'g1=C',      ''",
        "'g2:Pb g2! g1:Pa',    'g1=C g2=X', ''",
    })
    void aPrimaryThatIsTheQuorumAloneWaitsForCompanyForAWhile(String story, String answers, String acts)
            throws InterruptedException {
        var id = proxy.repository("g1", 5, 5);
        proxy.memory.assign(id, ProxyFixture.STORAGES.get(0), ProxyFixture.STORAGES.get(1));
        var call = proxy.call(ProxyFixture.WRITE);

        assertThat(WriteStory.play(proxy, call, story).answers()).isEqualTo(answers);
        assertThat(String.join(", ", call.acts())).isEqualTo(acts);
    }

    @ParameterizedTest(name = "{0} → {1}, {2}")
    @CsvSource({
        "'g1:Pa 29s',        'g1=.',      ''",
        "'g1:Pa 30s',        'g1=A',      'release g2 for 5s, release g3 for 5s'",
        "'g1:Pa 29s g2:Pa',  'g1=C g2=.', ''",
        "'g2:Pa 60s',        'g2=.',      ''", // the time begins with the primary's vote
        "'g1:Ss 30s',        'g1=A',      'release g2 for 5s, release g3 for 5s'",
        "'g1:Pa g2! g3!',    'g1=A',      ''", // RT 10.1: both secondaries fail
    })
    void whereAQuorumIsMissingTheSecondariesHaveALimit(String story, String answers, String acts)
            throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE);

        assertThat(WriteStory.play(proxy, call, story).answers()).isEqualTo(answers);
        assertThat(String.join(", ", call.acts())).isEqualTo(acts);
    }

    @ParameterizedTest(name = "{0} → {1}, {2}, {3}")
    @CsvSource({
        // before a permission: nothing was changed, and the others are waited for no longer
        "'g1!',                              '',                  'release g2 for 5s, release g3 for 5s', '5: g1=5 g2=5 g3=5', ''",
        "'g1?',                              '',                  'release g2 for 5s, release g3 for 5s', '5: g1=5 g2=5 g3=5', ''",
        "'g1-',                              '',                  'release g2 for 5s, release g3 for 5s', '5: g1=5 g2=5 g3=5', ''",
        "'g1:Pa g1!',                        'g1=X',              'release g2 for 5s, release g3 for 5s', '5: g1=5 g2=5 g3=5', ''",
        "'g2:Pa g3:Pa g1!',                  'g2=A g3=A',         'release g2 for 5s, release g3 for 5s', '5: g1=5 g2=5 g3=5', ''",
        // after a permission: the others go on, and the best of them takes its place
        "'all:Pa g1! g2:Ca g3:Ca g2+ g3+',   'g1=C g2=CC g3=CC',  '', '6: g1=5 g2=6 g3=6', 'g2→g1'",
        "'all:Pa g1! g3:Ca g2:Ca g3+ g2+',   'g1=C g2=CC g3=CC',  '', '6: g1=5 g2=6 g3=6', 'g2→g1'",
        "'all:Pa all:Ca g1! g2+ g3+',        'g1=CC g2=CC g3=CC', '', '6: g1=6 g2=6 g3=6', ''",
        "'all:Pa g1! g3:Ca g3+ g2-',         'g1=C g2=C g3=CC',   '', '6: g1=5 g2=5 g3=6', 'g3→g1 g3→g2'",
        "'all:Pa g1:Ca g1! g2! g3!',         'g1=CC g2=C g3=C',   '', '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'", // it alone has confirmed
        "'all:Pa g1! g2! g3!',               'g1=C g2=C g3=C',    '', '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'", // nobody knows
        // who does not end soon after it is waited for no longer
        "'all:Pa g1! g2:Ca g2+ 5s',          'g1=C g2=CC g3=C',   'release g3 for 300s', '6: g1=5 g2=6 g3=5', 'g2→g1 g2→g3'",
        // between two changes
        "'all:Pa all:Ca g1! g2:Pb g3:Pb g2- g3-', 'g1=CC g2=CCA g3=CCA', '', '6: g1=6 g2=6 g3=6', ''",
    })
    void aPrimaryThatIsLostTakesNothingElseWithIt(
            String story, String answers, String acts, String generations, String jobs) throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE);

        var played = WriteStory.play(proxy, call, story);

        assertThat(played.answers()).isEqualTo(answers);
        assertThat(String.join(", ", call.acts())).isEqualTo(acts);
        assertThat(call.told()).isEqualTo("pass"); // what the transport says of a lost primary
        assertThat(proxy.generations()).isEqualTo(generations);
        assertThat(proxy.jobs()).isEqualTo(jobs);
    }

    @ParameterizedTest(name = "{0} → {1}, {2}, {3}")
    @CsvSource({
        "'gone',                        '',                  'release g1 for 5s, release g2 for 5s, release g3 for 5s', '5: g1=5 g2=5 g3=5'",
        "'g1:Pa gone',                  'g1=X',              'release g1 for 5s, release g2 for 5s, release g3 for 5s', '5: g1=5 g2=5 g3=5'",
        "'all:Ss gone',                 'g1=C g2=C g3=C',    'release g1 for 5s, release g2 for 5s, release g3 for 5s', '5: g1=5 g2=5 g3=5'",
        "'all:Pa gone all:Ca all+',     'g1=CC g2=CC g3=CC', '',           '6: g1=6 g2=6 g3=6'",
        "'g1:Pa g2:Pa gone g3:Pa all:Ca all+', 'g1=CC g2=CC g3=CC', '',    '6: g1=6 g2=6 g3=6'",
        "'all:Pa all:Ca all:Pb gone all:Cb all+', 'g1=CCCC g2=CCCC g3=CCCC', '', '6: g1=6 g2=6 g3=6'",
        "'all:Pa gone all:Ca g1+ g2+ 5s', 'g1=CC g2=CC g3=CC', 'release g3 for 300s', '6: g1=6 g2=6 g3=6'",
        "'all:Pa gone all:Ca 299s all+', 'g1=CC g2=CC g3=CC', '', '6: g1=6 g2=6 g3=6'",
        "'all:Pa gone all:Ca 300s',     'g1=CC g2=CC g3=CC', 'release g1 for 300s, release g2 for 300s, release g3 for 300s', '6: g1=6 g2=6 g3=6'",
    })
    void aClientThatGoesEndsOnlyWhatWasNotYetPermitted(
            String story, String answers, String acts, String generations) throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE);

        var played = WriteStory.play(proxy, call, story);

        assertThat(played.answers()).isEqualTo(answers);
        assertThat(String.join(", ", call.acts())).isEqualTo(acts);
        assertThat(proxy.generations()).isEqualTo(generations);
    }

    @Test
    void aClientThatGoesDoesNotCutOffPermittedNodesThatAlsoWriteOutsideOfVotes() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE_OUTSIDE_VOTES);

        WriteStory.play(proxy, call, "all:Pa gone all:Ca all+");

        assertThat(call.acts()).isEmpty();
        assertThat(proxy.generations()).isEqualTo("6: g1=6 g2=6 g3=6");
    }

    @Test
    void aClientThatGoesBeforeAnythingWasSentLeavesNothing() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var exchange = proxy.exchange().clientGoes();

        var call = proxy.call(exchange, ProxyFixture.WRITE, Messages.about("default", "a/b.git"));

        assertThat(call.told()).isEqualTo("pass");
        assertThat(proxy.generations()).isEqualTo("5: g1=5 g2=5 g3=5");
    }

    @Test
    void theDeadlineOfNodesIsLaterThanTheClients() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);

        assertThat(proxy.call(ProxyFixture.WRITE).forwarding().deadlineMargin()).isEqualTo(Duration.ofSeconds(10));
        assertThat(proxy.call(ProxyFixture.READ).forwarding().deadlineMargin()).isZero();
    }

    @Test
    void aWriteIsNeverTriedElsewhere() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var forwarding = proxy.call(ProxyFixture.WRITE).forwarding();

        assertThat(forwarding.instead(
                        new DestinationEnd(ScriptedExchange.node("g1"), StatusCode.UNAVAILABLE, "", false, false)))
                .isNull();
    }

    @Test
    void aNodeThatTakesItsVoteBackEndsTheCallItself() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        var vote = call.vote("g3", VotePhase.PREPARED, 'a');

        vote.takeBack();
        proxy.settle();

        assertThat(call.live()).containsExactly("g1", "g2", "g3");
        assertThat(WriteStory.play(proxy, call, "g1:Pa g2:Pa g1:Ca g2:Ca g1+ g2+ g3-").answers())
                .isEqualTo("g1=CC g2=CC");
        assertThat(proxy.generations()).isEqualTo("6: g1=6 g2=6 g3=5");
    }
}
