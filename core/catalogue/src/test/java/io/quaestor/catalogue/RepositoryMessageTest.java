package io.quaestor.catalogue;

import static io.quaestor.catalogue.Wire.message;
import static io.quaestor.catalogue.Wire.repository;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepositoryMessageTest {

    private static final FieldPath DIRECT = FieldPath.toRepository("1", "");
    private static final FieldPath IN_A_POOL = FieldPath.toRepository("1.1", "");

    @Test
    void namesARepositoryAndNothingElse() {
        var repository = repository("gitaly-1", "a.git");

        assertThat(RepositoryMessage.write(DIRECT, "gitaly-1", "a.git"))
                .isEqualTo(message().message(1, repository).toBytes());
        assertThat(RepositoryMessage.write(IN_A_POOL, "gitaly-1", "a.git"))
                .isEqualTo(message().message(1, message().message(1, repository)).toBytes());
    }

    @ParameterizedTest(name = "a path of {0} bytes")
    @CsvSource({"1", "127", "128", "20000"})
    void isReadAsItWasWritten(int length) {
        var path = "p".repeat(length);

        var written = RepositoryMessage.write(IN_A_POOL, "gitaly-1", path);

        assertThat(RepositoryMessage.relativePath(IN_A_POOL, written)).contains(path);
    }

    @Test
    void readsWhatOthersAddedToIt() {
        var pool = message().message(1, repository("gitaly-1", "a.git").string(6, "project-1")).number(9, 1);

        assertThat(RepositoryMessage.relativePath(IN_A_POOL, message().message(1, pool).string(2, "x").toBytes()))
                .contains("a.git");
    }

    @Test
    void tellsARepositoryWithoutPathFromNone() {
        assertThat(RepositoryMessage.relativePath(IN_A_POOL, new byte[0])).isEmpty();
        assertThat(RepositoryMessage.relativePath(IN_A_POOL, message().string(2, "x").toBytes())).isEmpty();
        assertThat(RepositoryMessage.relativePath(DIRECT, message().message(1, message()).toBytes())).contains("");
    }

    @Test
    void saysWhyBytesMeanNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RepositoryMessage.relativePath(IN_A_POOL, new byte[] {10, 100, 1}))
                .withMessage(FieldCursor.TRUNCATED);
    }
}
