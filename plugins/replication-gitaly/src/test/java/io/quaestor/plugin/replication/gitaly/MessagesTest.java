package io.quaestor.plugin.replication.gitaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.spi.model.StorageName;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The bytes were made with protobuf's own compiler: `protoc --encode=gitaly.ReplicateRepositoryRequest` and so on.
class MessagesTest {

    private static final StorageName S = new StorageName("s");
    private static final byte[] REPOSITORY = Messages.repository(S, "a.git");

    @Test
    void aRepositoryIsItsStorageAndItsPath() {
        assertThat(REPOSITORY).isEqualTo(hex("120173 1a05612e676974"));
    }

    @Test
    void aRequestAboutARepositoryHasItInItsFirstField() {
        assertThat(Messages.about(REPOSITORY)).isEqualTo(hex("0a0a 120173 1a05612e676974"));
    }

    @Test
    void aReplicationNamesTheTargetFirst() {
        byte[] source = Messages.repository(new StorageName("t"), "b.git");

        assertThat(Messages.replicateRepository(REPOSITORY, source))
                .isEqualTo(hex("0a0a 120173 1a05612e676974 120a 120174 1a05622e676974"));
    }

    @Test
    void aLinkNamesThePoolFirst() {
        byte[] pool = Messages.repository(S, "p.git");

        assertThat(Messages.linkRepository(pool, REPOSITORY))
                .isEqualTo(hex("0a0c 0a0a 120173 1a05702e676974 120a 120173 1a05612e676974"));
    }

    @Test
    void aLongPathHasALengthOfTwoBytes() {
        byte[] long200 = Messages.repository(S, "x".repeat(200));

        assertThat(long200).startsWith(hex("120173 1ac801")).hasSize(3 + 3 + 200);
        assertThat(Messages.poolPath(Messages.about(Messages.about(long200)))).contains("x".repeat(200));
    }

    @Test
    void textsAreUtf8() {
        byte[] pool = Messages.repository(S, "größe.git");

        assertThat(pool).endsWith("größe.git".getBytes(StandardCharsets.UTF_8));
        assertThat(Messages.poolPath(Messages.about(Messages.about(pool)))).contains("größe.git");
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource(
            nullValues = "-",
            value = {
                "'',                                              -", // borrows from none
                "'0a00',                                          -",
                "'0a0c 0a0a 120173 1a05702e676974',               p.git",
                "'0a10 0a0e 120173 1a05702e676974 3202676c',      p.git", // gl_repository is skipped
                "'1001 1d01020304 210102030405060708 0a0c 0a0a 120173 1a05702e676974', p.git", // unknown fields too
                "'0a0c 0a0a 120173 1a05702e676974 0a0c 0a0a 120173 1a05712e676974', q.git", // the last one counts
            })
    void thePathOfAPoolIsFound(String answer, String path) {
        assertThat(Messages.poolPath(hex(answer)).orElse(null)).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({"0a", "0a05", "0aff", "0affffffffffffffffffff01", "0b", "09 01", "'0a03 0a7f 00'"})
    void anAnswerThatIsCutOffOrBrokenIsRefused(String answer) {
        assertThatThrownBy(() -> Messages.poolPath(hex(answer))).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }
}
