package io.quaestor.wire;

import static io.quaestor.wire.Negotiated.hex;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A sidechannel that we open and the client confirms, or does not (TR 2.2).
class SidechannelOpeningTest {

    private static final String DATA = "0000000000000002";
    private static final String RST = "000100080000000200000000";
    private static final String FIN = "000100040000000200000000";

    private final Negotiated server = Negotiated.accepted(Negotiated.windows(262_144));
    private final Received got = new Received();

    @BeforeEach
    void open() {
        server.session().sidechannels().open(7, got);
        assertThat(server.sent()).endsWith(hex("sidechannel") + "0000000000000007");
        server.receive("000100020000000200000000"); // ACK
    }

    @Test
    void theConfirmationMayBeSplitAndDataMayFollowAtOnce() {
        server.receive(DATA + "00000001" + hex("o"));
        server.receive(DATA + "00000005" + hex("kdata"));

        assertThat(got.events).containsExactly("data");
    }

    @Test
    void aClientThatEndsInsteadHasRefused() {
        server.receive(FIN);

        assertThat(got.events).containsExactly("failed: sidechannel: receive confirmation: EOF");
        assertThat(server.sent()).isEqualTo(FIN);
    }

    @Test
    void anotherAnswerIsAnError() {
        server.receive(DATA + "00000002" + hex("no"));

        assertThat(got.events).containsExactly("failed: sidechannel: expected ok, got \"no\"");
        assertThat(server.sent()).isEqualTo(RST);
    }

    @Test
    void silenceIsAnErrorAfterFiveSeconds() {
        server.pass(4_999);
        assertThat(got.events).isEmpty();

        server.pass(1);

        assertThat(got.events).containsExactly("failed: sidechannel: receive confirmation: nothing within 5 s");
        assertThat(server.sent()).isEqualTo(RST);
    }

    @Test
    void theEndOfTheConnectionIsTold() {
        server.channel.close();

        assertThat(got.events).containsExactly("failed: sidechannel: receive confirmation: connection lost");
    }

    @Test
    void nothingIsOpenedOnAConnectionThatIsGone() {
        server.channel.close();
        Received late = new Received();

        server.session().sidechannels().open(8, late);

        assertThat(late.events).containsExactly("failed: open stream: connection is closed");
    }
}
