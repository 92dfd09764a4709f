package io.quaestor.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NegotiationTest {

    @ParameterizedTest(name = "in pieces of {0}")
    @ValueSource(ints = {1, 3, 1000})
    void notesAreTakenAndBytesPassedOn(int piece) throws IOException {
        var request = packet("want aaaa ofs-delta agent=git/2\n") + packet("want bbbb\n") + packet("shallow cccc\n")
                + packet("deepen 3\n") + packet("filter blob:none\n") + "0000" + packet("have dddd\n") + packet("done\n");
        var passed = new ByteArrayOutputStream();
        var bytes = request.getBytes(StandardCharsets.UTF_8);

        var negotiation = new Negotiation(passed);
        for (int at = 0; at < bytes.length; at += piece) {
            negotiation.write(bytes, at, Math.min(piece, bytes.length - at));
        }

        var notes = negotiation.statistics();
        assertThat(passed.toString(StandardCharsets.UTF_8)).isEqualTo(request);
        assertThat(notes.getWants()).isEqualTo(2);
        assertThat(notes.getHaves()).isEqualTo(1);
        assertThat(notes.getShallows()).isEqualTo(1);
        assertThat(notes.getDeepen()).isEqualTo("deepen 3");
        assertThat(notes.getFilter()).isEqualTo("blob:none");
        assertThat(notes.getCapsList()).isEqualTo(List.of("ofs-delta", "agent=git/2"));
        assertThat(notes.getPackets()).isEqualTo(8);
        assertThat(notes.getPayloadSize()).isEqualTo(bytes.length);
    }

    @Test
    void garbageIsPassedOnToo() throws IOException {
        var passed = new ByteArrayOutputStream();

        new Negotiation(passed).write("this is no packet".getBytes(StandardCharsets.UTF_8));

        assertThat(passed.toString(StandardCharsets.UTF_8)).isEqualTo("this is no packet");
    }

    private static String packet(String line) {
        return String.format("%04x%s", line.length() + 4, line);
    }
}
