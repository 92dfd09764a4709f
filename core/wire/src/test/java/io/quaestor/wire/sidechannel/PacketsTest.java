package io.quaestor.wire.sidechannel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The framing of the client's direction (TR 2.3, 8.3).
class PacketsTest {

    private static String framed(String... writes) throws IOException {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        PacketOutputStream packets = new PacketOutputStream(raw);
        for (String write : writes) {
            packets.write(write.getBytes(StandardCharsets.US_ASCII));
        }
        return raw.toString(StandardCharsets.US_ASCII);
    }

    private static String read(String raw) throws IOException {
        try (PacketInputStream packets =
                new PacketInputStream(new ByteArrayInputStream(raw.getBytes(StandardCharsets.US_ASCII)))) {
            return new String(packets.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void packetsCountThemselves() throws IOException {
        assertThat(framed("")).isEmpty();
        assertThat(framed("h")).isEqualTo("0005h");
        assertThat(framed("hello")).isEqualTo("0009hello");
        assertThat(framed("0123456789abcdef")).isEqualTo("00140123456789abcdef");
        assertThat(framed("a", "bc")).isEqualTo("0005a0006bc");
    }

    @Test
    void theLongestPayloadHas65516Bytes() throws IOException {
        assertThat(framed("x".repeat(65_516))).isEqualTo("fff0" + "x".repeat(65_516));
        assertThat(framed("x".repeat(65_517))).isEqualTo("fff0" + "x".repeat(65_516) + "0005x");
    }

    @Test
    void closingEndsThePacketsAndForbidsMore() throws IOException {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        PacketOutputStream packets = new PacketOutputStream(raw);
        packets.write('h');

        packets.close();
        packets.close();

        assertThat(raw.toString(StandardCharsets.US_ASCII)).isEqualTo("0005h0000");
        assertThatThrownBy(() -> packets.write('x')).hasMessage("sidechannel: write after the end");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "0000,                        ''",
        "00040000,                    ''",
        "0005h0000,                   h",
        "0009hello0000,               hello",
        "0009hello00090000A0000,      hello0000A", // a payload may look like a header
        "0009hello000Ax123450000,     hellox12345",
        "0005h0000ignored,            h",
    })
    void payloadsAreJoined(String raw, String expected) throws IOException {
        assertThat(read(raw)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "0001,          sidechannel: invalid header 1",
        "0002,          sidechannel: invalid header 2",
        "0003,          sidechannel: invalid header 3",
        "fff1,          pktLineSplitter: invalid length: 65521",
        "zzzz,          'pktLineSplitter: decode length: not hexadecimal: \"zzzz\"'",
        "00,            'pktLineSplitter: incomplete length prefix on \"00\"'",
        "0009hel,       unexpected EOF",
        "0009hello,     unexpected EOF",
    })
    void brokenFramesAreErrors(String raw, String message) {
        assertThatThrownBy(() -> read(raw)).isInstanceOf(IOException.class).hasMessage(message);
    }

    @Test
    void anEndWithoutTheLastPacketIsUnexpected() {
        assertThatThrownBy(() -> read("")).isInstanceOf(EOFException.class);
    }

    @Test
    void largestPacketsAreRead() throws IOException {
        String payload = "x".repeat(65_516);
        assertThat(read("fff0" + payload + "FFF0" + payload + "0000")).isEqualTo(payload + payload);
    }
}
