package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.coordinator.VoteReceiver.CastVote;
import io.quaestor.transaction.VotePhase;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Where the configuration says so, votes count that come over the public port, as in Praefect (RT 1.12).
class PublicVotesTest {

    @RegisterExtension
    final ProxyFixture proxy =
            new ProxyFixture(Settings.DEFAULT.withVotesOnPublicPort().build(), memory -> memory);

    PublicVotesTest() throws InterruptedException {}

    @Test
    void aVoteOverThePublicPortCountsUnderTheNameThatItCarries() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE);

        var first = call.vote(Optional.empty(), "g1", VotePhase.PREPARED, ScriptedExchange.hash('a'));
        var second = call.vote(Optional.empty(), "g2", VotePhase.PREPARED, ScriptedExchange.hash('a'));

        assertThat(first).hasToString("COMMIT");
        assertThat(second).hasToString("waits"); // for the primary to make it
    }

    @Test
    void aNodeStillVotesForItselfAlone() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var reply = new CastReply();

        proxy.coordinator
                .votes()
                .vote(
                        Optional.of(ScriptedExchange.node("g2")),
                        new CastVote(
                                proxy.call(ProxyFixture.WRITE).number(), "g1", new byte[20], VotePhase.PREPARED),
                        reply);

        assertThat(reply).hasToString("INTERNAL: invalid node for transaction: \"g1\"");
    }

    @Test
    void whoeverMayCallMayStop() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var reply = new CastReply();

        proxy.coordinator.votes().stop(Optional.empty(), proxy.call(ProxyFixture.WRITE).number(), reply);
        proxy.loop.turn();

        assertThat(reply).hasToString("STOP");
    }
}
