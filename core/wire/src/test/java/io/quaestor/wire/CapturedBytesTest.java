package io.quaestor.wire;

import static io.quaestor.wire.Negotiated.MAGIC;
import static io.quaestor.wire.Negotiated.PREFACE;
import static io.quaestor.wire.Negotiated.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The bytes that unmodified Go programs exchange (TR appendix B), each side played once by ours.
class CapturedBytesTest {

    private static final WireLimits GITALYS_CLIENT = Negotiated.windows(262_144);
    private static final WireLimits GITALY = Negotiated.windows(16 << 20);
    private static final String SETTINGS = "000006040000000000000500004000";

    @Test
    void theDiallingSideSaysWhatAGoClientSays() {
        Negotiated client = Negotiated.dialling(GITALYS_CLIENT);
        assertThat(client.sent()).isEqualTo(MAGIC + "000100010000000100000000");

        client.http2Writes(PREFACE);
        client.http2Writes("000000040000000000");
        assertThat(client.sent())
                .isEqualTo("000000000000000100000018" + PREFACE + "000000000000000100000009" + "000000040000000000");

        client.receive("000100020000000100fc0000"); // ACK of stream 1
        client.receive("000100010000000200fc0000"); // SYN of stream 2
        client.receive("00000000000000010000000f" + SETTINGS);
        assertThat(client.http2Received()).isEqualTo(SETTINGS);
        assertThat(client.sent()).isEqualTo("000100020000000200000000"); // ACK of stream 2
    }

    @Test
    void theAcceptingSideSaysWhatGitalySays() throws Exception {
        Negotiated server = Negotiated.accepting(GITALY);
        server.receive(MAGIC);
        assertThat(server.sent()).isEmpty();
        server.receive("000100010000000100000000"); // SYN of stream 1
        assertThat(server.sent()).isEqualTo("000100020000000100fc0000");
        assertThat(server.http2Began()).isFalse();

        server.receive("000000000000000100000018" + PREFACE);
        assertThat(server.http2Received()).isEqualTo(PREFACE);
        server.http2Writes(SETTINGS);
        assertThat(server.sent()).isEqualTo("00000000000000010000000f" + SETTINGS);

        server.session().yamux().open();
        assertThat(server.sent()).isEqualTo("000100010000000200fc0000");
    }

    @Test
    void aSidechannelIsAnsweredAsByAGoClient() {
        Negotiated client = Negotiated.dialling(GITALYS_CLIENT);
        client.receive("000100020000000100fc0000");
        Received got = new Received();
        assertThat(client.session().sidechannels().expect(got)).isZero();
        client.sent();

        client.receive("000100010000000400fc0000"); // SYN
        client.receive("00000000000000040000000b" + hex("sidechannel"));
        client.receive("000000000000000400000008" + "0000000000000000");
        assertThat(client.sent()).isEqualTo("000100020000000400000000" + "000000000000000400000002" + hex("ok"));

        got.stream().write(ascii("000ehello side0000"));
        assertThat(client.sent()).isEqualTo("000000000000000400000012" + hex("000ehello side0000"));
        client.receive("000000000000000400000008" + hex("reply:10"));
        client.receive("000100040000000400000000"); // FIN
        got.stream().finish();

        assertThat(got.events).containsExactly("reply:10", "finished");
        assertThat(client.sent()).isEqualTo("000100040000000400000000");
    }

    @Test
    void aSidechannelIsOpenedAsByGitaly() {
        Negotiated server = Negotiated.accepted(GITALY);
        Received got = new Received();

        server.session().sidechannels().open(0, got);
        assertThat(server.sent())
                .isEqualTo("000100010000000200fc0000" + "000000000000000200000013" + hex("sidechannel") + "0000000000000000");

        server.receive("000100020000000200000000" + "000000000000000200000002" + hex("ok"));
        server.receive("000000000000000200000004" + hex("000e"));
        server.receive("00000000000000020000000a" + hex("hello side"));
        server.receive("000000000000000200000004" + hex("0000"));
        assertThat(String.join("", got.events)).isEqualTo("000ehello side0000");

        got.stream().write(ascii("reply:10"));
        got.stream().finish();
        server.receive("000100040000000200000000");
        assertThat(server.sent()).isEqualTo("000000000000000200000008" + hex("reply:10") + "000100040000000200000000");
        assertThat(got.stream().isGone()).isTrue();
    }

    private static ByteBuf ascii(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}
