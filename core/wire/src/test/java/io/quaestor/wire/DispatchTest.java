package io.quaestor.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of a stream that the peer opened on a connection that we made, by what it says first.
class DispatchTest {

    private static final String ACK = "000100020000000200000000";
    private static final String FIN = "000100040000000200000000";
    private static final String RST = "000100080000000200000000";

    private final Set<Integer> seen = new HashSet<>();
    private final Negotiated client = Negotiated.dialling(Negotiated.windows(262_144));

    @BeforeEach
    void begin() {
        client.sent();
    }

    @Test
    void aSidechannelIsRecognisedHoweverItIsSplit() {
        StringBuilder opened = new StringBuilder();
        long id = client.session().sidechannels().expect(stream -> opened.append("opened"));
        for (byte b : ("sidechannel" + "\0".repeat(7) + (char) id).getBytes(StandardCharsets.ISO_8859_1)) {
            assertThat(opened).isEmpty();
            say(2, new byte[] {b});
        }

        assertThat(opened).hasToString("opened");
        assertThat(client.sent()).isEqualTo(ACK + "000000000000000200000002" + "6f6b");
    }

    @Test
    void anIdIsGoodForOneStream() {
        long id = client.session().sidechannels().expect(stream -> {});
        say(2, ("sidechannel" + "\0".repeat(7) + (char) id).getBytes(StandardCharsets.ISO_8859_1));
        client.sent();

        say(4, ("sidechannel" + "\0".repeat(7) + (char) id).getBytes(StandardCharsets.ISO_8859_1));

        assertThat(client.sent()).isEqualTo("000100020000000400000000" + "000100040000000400000000");
    }

    @Test
    void anIdThatNobodyExpectsIsRefusedInOrder() { // the end without "ok" is what the server's error text comes from
        say(2, ("sidechannel" + "\0".repeat(8)).getBytes(StandardCharsets.US_ASCII));

        assertThat(client.sent()).isEqualTo(ACK + FIN);
    }

    @Test
    void aForgottenIdIsRefused() {
        long id = client.session().sidechannels().expect(stream -> {});
        assertThat(client.session().sidechannels().forget(id)).isTrue();
        assertThat(client.session().sidechannels().forget(id)).isFalse();

        say(2, ("sidechannel" + "\0".repeat(8)).getBytes(StandardCharsets.US_ASCII));

        assertThat(client.sent()).isEqualTo(ACK + FIN);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"x", "sidechannem", "PRI * HTTP/2.0"}) // no back channel server here
    void whatIsNeitherIsResetAtOnce(String start) {
        say(2, start.getBytes(StandardCharsets.US_ASCII));

        assertThat(client.sent()).isEqualTo(ACK + RST);
        assertThat(client.channel.isOpen()).isTrue();
    }

    @Test
    void aStreamThatSaysNothingIsResetAfterTheLimit() {
        say(2, "sidechan".getBytes(StandardCharsets.US_ASCII));
        client.sent();

        client.pass(9_999);
        assertThat(client.sent()).isEmpty();
        client.pass(1);

        assertThat(client.sent()).isEqualTo(RST);
    }

    @Test
    void silentStreamsAreLimited() {
        for (int id = 2; id <= 512; id += 2) {
            say(id, new byte[0]);
        }
        client.sent();

        say(514, new byte[0]);

        assertThat(client.sent()).isEqualTo("000100080000020200000000");
    }

    /// Sends bytes on a stream, and opens it with the first.
    private void say(int stream, byte[] bytes) {
        client.receive("0000%04x%08x%08x".formatted(seen.add(stream) ? 1 : 0, stream, bytes.length)
                + HexFormat.of().formatHex(bytes));
    }
}
