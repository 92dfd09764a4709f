package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.coordinator.VoteReceiver.CastVote;
import io.quaestor.spi.model.NodeId;
import io.quaestor.transaction.VotePhase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How nodes learn of a transaction, and whose votes count: RT 4.2, 4.5, 11.15.
class VotesTest {

    private static final long UNKNOWN = 17;

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    VotesTest() throws InterruptedException {}

    @Test
    void everyNodeIsToldItsNameAndWhetherItIsThePrimary() throws InterruptedException {
        proxy.repository("g2", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE);
        var number = call.number();

        assertThat(call.forwarding().destinations().stream().map(VotesTest::json))
                .containsExactly(
                        "{\"id\":" + number + ",\"node\":\"g2\",\"primary\":true}",
                        "{\"id\":" + number + ",\"node\":\"g1\",\"primary\":false}",
                        "{\"id\":" + number + ",\"node\":\"g3\",\"primary\":false}");
    }

    @Test
    void namesAreWrittenAsJsonWantsThem() {
        var header = TransactionHeader.of(-1, "a\"b\\c\nä", true);

        assertThat(header.keySet()).containsExactly("gitaly-reference-transaction");
        assertThat(decoded(header.values().iterator().next()))
                .isEqualTo("{\"id\":18446744073709551615,\"node\":\"a\\\"b\\\\c\\u000aä\",\"primary\":true}");
    }

    @Test
    void numbersAreNotUsedTwice() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);

        var first = proxy.call(ProxyFixture.WRITE).number();
        var second = proxy.call(ProxyFixture.WRITE).number();

        assertThat(first).isPositive().isNotEqualTo(second);
        assertThat(second).isPositive();
    }

    @Test
    void anUnknownTransactionIsNotFound() {
        assertThat(vote(UNKNOWN, Optional.of(node("g1")), "g1", 20)).isEqualTo("NOT_FOUND: transaction not found: 17");
        assertThat(stop(UNKNOWN, Optional.of(node("g1")))).isEqualTo("NOT_FOUND: transaction not found: 17");
        assertThat(vote(-1, Optional.of(node("g1")), "g1", 20))
                .isEqualTo("NOT_FOUND: transaction not found: 18446744073709551615");
    }

    @Test
    void aTransactionThatHasEndedIsUnknown() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE);
        call.succeed();

        assertThat(call.vote("g2", VotePhase.PREPARED, 'a')).asString().startsWith("NOT_FOUND: transaction not found: ");
        assertThat(call.stop("g1")).asString().startsWith("NOT_FOUND: transaction not found: ");
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {0, 19, 21, 32})
    void aHashHasTwentyBytes(int length) throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var number = proxy.call(ProxyFixture.WRITE).number();

        assertThat(vote(number, Optional.of(node("g1")), "g1", length))
                .isEqualTo("INVALID_ARGUMENT: invalid reference update hash: invalid vote length " + length);
        assertThat(actions("started")).isZero();
    }

    @Test
    void aNodeVotesForItselfAlone() throws InterruptedException {
        proxy.repository("g1", 5, 5, 4);
        var number = proxy.call(ProxyFixture.WRITE).number();

        assertThat(vote(number, Optional.of(node("g2")), "g1", 20))
                .isEqualTo("INTERNAL: invalid node for transaction: \"g1\"");
        assertThat(vote(number, Optional.of(NodeId.of("other", "g1")), "g1", 20))
                .isEqualTo("INTERNAL: invalid node for transaction: \"g1\"");
        assertThat(vote(number, Optional.of(node("g3")), "g3", 20)) // takes no part
                .isEqualTo("INTERNAL: invalid node for transaction: \"g3\"");
        assertThat(vote(number, Optional.of(node("g1")), "", 20))
                .isEqualTo("INTERNAL: invalid node for transaction: \"\"");
        assertThat(actions("invalid")).isEqualTo(4);
    }

    @Test
    void aVoteThatComesFromAnywhereCountsForNobody() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var number = proxy.call(ProxyFixture.WRITE).number();

        assertThat(vote(number, Optional.empty(), "g1", 20)).isEqualTo("INTERNAL: invalid node for transaction: \"g1\"");
        assertThat(stop(number, Optional.empty())).isEqualTo("INTERNAL: invalid node for transaction: \"\"");
    }

    @Test
    void aNodeVotesOnceInEachRound() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE);
        var first = call.vote("g1", VotePhase.PREPARED, 'a');

        assertThat(call.vote("g1", VotePhase.PREPARED, 'a'))
                .hasToString("INTERNAL: node already cast a vote: \"g1\"");
        assertThat(first).hasToString("waits");

        call.vote("g2", VotePhase.PREPARED, 'a');
        assertThat(first).hasToString("COMMIT");
    }

    @Test
    void onlyThePrimaryStopsATransaction() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE);
        var waiting = call.vote("g2", VotePhase.SYNCHRONIZED, 's');

        assertThat(call.stop("g2")).hasToString("INTERNAL: invalid node for transaction: \"g2\"");
        assertThat(waiting).hasToString("waits");

        assertThat(call.stop("g1")).hasToString("STOP");
        assertThat(waiting).hasToString("STOP");
    }

    @Test
    void aTransactionMayBeStoppedAnyNumberOfTimes() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE);

        for (int i = 0; i < 5; i++) {
            assertThat(call.stop("g1")).hasToString("STOP");
        }

        assertThat(actions("stopped")).isEqualTo(5);
        assertThat(call.vote("g1", VotePhase.PREPARED, 'a')).hasToString("STOP");
    }

    @Test
    void nobodyIsCutOffByAStop() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.PUSH);
        call.vote("g2", VotePhase.SYNCHRONIZED, 's');

        call.stop("g1");

        assertThat(call.live()).containsExactly("g1", "g2", "g3"); // they end the call as they do after STOP
    }

    @Test
    void votesWaitForTheSlowestOfAQuorumAndTheirTimeIsMeasured() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE);
        call.vote("g1", VotePhase.SYNCHRONIZED, 'a');
        proxy.advance(Duration.ofSeconds(2));

        call.vote("g2", VotePhase.SYNCHRONIZED, 'a');

        assertThat(proxy.meters.durations("gitaly_praefect_transactions_delay_seconds", "action", "vote"))
                .containsExactlyInAnyOrder(Duration.ofSeconds(2), Duration.ZERO);
    }

    private String vote(long transaction, Optional<NodeId> from, String name, int length) {
        var reply = new CastReply();
        proxy.coordinator.votes().vote(from, new CastVote(transaction, name, new byte[length], VotePhase.PREPARED), reply);
        proxy.loop.turn();
        return reply.toString();
    }

    private String stop(long transaction, Optional<NodeId> from) {
        var reply = new CastReply();
        proxy.coordinator.votes().stop(from, transaction, reply);
        proxy.loop.turn();
        return reply.toString();
    }

    private double actions(String action) {
        return proxy.meters.count("gitaly_praefect_transactions_total", "action", action);
    }

    private static NodeId node(String storage) {
        return ScriptedExchange.node(storage);
    }

    private static String json(Destination destination) {
        assertThat(destination.headers()).containsOnlyKeys("gitaly-reference-transaction");
        return decoded(destination.headers().values().iterator().next());
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
