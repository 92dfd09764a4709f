package io.quaestor.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceChangesTest {

    private static final String ZEROS = "0".repeat(40);

    private static final String ONE = "1".repeat(40);

    @Test
    void everyByteCounts() throws IOException {
        var changes = ZEROS + " " + ONE + " refs/heads/\u00fcber\n" + ONE + " " + ZEROS + " refs/heads/old\r\n";

        assertThat(vote(changes)).contains(Voter.hash(changes));
    }

    @Test
    void forcedDeletionsAreNotVotedOn() throws IOException {
        var long64 = "0".repeat(64);

        assertThat(vote(ZEROS + " " + ZEROS + " refs/heads/a\n" + ZEROS + " " + ZEROS + " refs/heads/b\n")).isEmpty();
        assertThat(vote(long64 + " " + long64 + " refs/heads/a\n")).isEmpty();
        assertThat(vote("")).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000 1111111111111111111111111111111111111111 refs/heads/a\n",
                "1111111111111111111111111111111111111111 0000000000000000000000000000000000000000 refs/heads/a\n",
                "0000000000000000000000000000000000000000 ref:refs/heads/a HEAD\n",
            })
    void oneOtherChangeAmongThemIsEnough(String change) throws IOException {
        var changes = ZEROS + " " + ZEROS + " refs/heads/gone\n" + change;

        assertThat(vote(changes)).contains(Voter.hash(changes));
    }

    private static Optional<ByteString> vote(String changes) throws IOException {
        return ReferenceChanges.vote(new ByteArrayInputStream(changes.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
