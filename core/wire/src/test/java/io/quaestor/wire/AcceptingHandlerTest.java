package io.quaestor.wire;

import static io.quaestor.wire.Negotiated.hex;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of a new connection, by what it says first.
class AcceptingHandlerTest {

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private static final String STREAM_1 = "000100010000000100000000";

    private final Negotiated server = Negotiated.accepting(WireLimits.standard());

    @Test
    void plainHttp2IsRecognisedHoweverItIsSplit() {
        for (int i = 0; i < PREFACE.length(); i++) {
            assertThat(server.http2Received()).isEmpty();
            say(PREFACE.substring(i, i + 1));
        }
        say("more");

        assertThat(server.http2Received()).isEqualTo(hex(PREFACE + "more"));
        assertThat(server.isMultiplexed()).isFalse();
        assertThat(server.sent()).isEmpty();
    }

    @Test
    void aMultiplexedConnectionIsRecognisedHoweverItIsSplit() {
        String first = Negotiated.MAGIC + STREAM_1 + "000000000000000100000018" + Negotiated.PREFACE;
        for (int i = 0; i < first.length(); i += 2) {
            server.receive(first.substring(i, i + 2));
        }

        assertThat(server.http2Received()).isEqualTo(Negotiated.PREFACE);
        assertThat(server.isMultiplexed()).isTrue();
    }

    @Test
    void http2BeginsOnlyOnStream1() {
        say("backchannel" + PREFACE); // what follows the magic must be yamux

        assertThat(server.http2Began()).isFalse();
        assertThat(server.channel.isOpen()).isFalse();
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "\u0016\u0003\u0001", "backchannex", "PRI * HTTP/1", "x"})
    void garbageIsClosedAtOnce(String garbage) {
        say(garbage);

        assertThat(server.channel.isOpen()).isFalse();
        assertThat(server.http2Began()).isFalse();
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"", "PRI * HTTP/", "back", "backchannel"})
    void whoSaysTooLittleIsClosedAfterTheLimit(String start) {
        say(start);

        server.pass(9_999);
        assertThat(server.channel.isOpen()).isTrue();
        server.pass(1);

        assertThat(server.channel.isOpen()).isFalse();
    }

    @Test
    void aMultiplexedConnectionWithoutHttp2IsClosedAfterTheLimit() {
        server.receive(Negotiated.MAGIC + STREAM_1);

        server.pass(10_000);

        assertThat(server.channel.isOpen()).isFalse();
    }

    @Test
    void theLimitEndsWithTheNegotiation() {
        say(PREFACE);

        server.pass(60_000);

        assertThat(server.channel.isOpen()).isTrue();
    }

    private void say(String text) {
        server.receive(hex(text));
    }
}
