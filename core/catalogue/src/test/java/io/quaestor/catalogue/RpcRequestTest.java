package io.quaestor.catalogue;

import static io.quaestor.catalogue.Wire.message;
import static io.quaestor.catalogue.Wire.repository;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.quaestor.catalogue.InvalidRequest.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RpcRequestTest {

    private static final Rpc FIND_COMMIT = rpc("gitaly.CommitService/FindCommit");
    private static final Rpc COMMIT_FILES = rpc("gitaly.OperationService/UserCommitFiles");
    private static final Rpc CREATE_POOL = rpc("gitaly.ObjectPoolService/CreateObjectPool");
    private static final Rpc LINK_TO_POOL = rpc("gitaly.ObjectPoolService/LinkRepositoryToObjectPool");
    private static final Rpc REPLICATE = rpc("gitaly.RepositoryService/ReplicateRepository");
    private static final Rpc FIND_REMOTE = rpc("gitaly.RemoteService/FindRemoteRepository");

    /// RT 1.5.
    @ParameterizedTest(name = "storage \"{0}\", path \"{1}\" → {2}")
    @CsvSource({"'', '', REPOSITORY_EMPTY", "'', a.git, STORAGE_NAME_NOT_SET", "default, '', REPOSITORY_PATH_NOT_SET"})
    void refusesARepositoryThatIsNotNamed(String storage, String path, Problem problem) {
        assertThat(FIND_COMMIT.read(message().message(1, repository(storage, path)).toBytes()))
                .isEqualTo(new InvalidRequest(problem));
    }

    @Test
    void refusesARequestWithoutRepository() {
        var notSet = new InvalidRequest(Problem.REPOSITORY_NOT_SET);

        assertThat(FIND_COMMIT.read(new byte[0])).isEqualTo(notSet);
        assertThat(FIND_COMMIT.read(message().string(2, "main").toBytes())).isEqualTo(notSet);
        assertThat(COMMIT_FILES.read(new byte[0])).isEqualTo(notSet);
        assertThat(COMMIT_FILES.read(message().message(1, message()).toBytes())).isEqualTo(notSet);
        assertThat(CREATE_POOL.read(message().message(1, message()).toBytes())).isEqualTo(notSet);
        assertThat(notSet.problem().text()).isEqualTo("repository not set");
    }

    @Test
    void tellsAnEmptyRepositoryFromNone() {
        assertThat(FIND_COMMIT.read(message().message(1, message()).toBytes()))
                .isEqualTo(new InvalidRequest(Problem.REPOSITORY_EMPTY));
    }

    @Test
    void replacesStorageAndPathOfTheRepositoryAndNothingElse() {
        var sent = message().message(1, repository("default", "a.git").string(6, "project-1")).string(2, "main");

        var request = (RepositoryRequest) FIND_COMMIT.read(sent.toBytes());

        assertThat(request.storage()).isEqualTo("default");
        assertThat(request.relativePath()).isEqualTo("a.git");
        assertThat(request.additionalRelativePath()).isEmpty();
        assertThat(request.rewrittenFor("gitaly-1", "@cluster/repositories/1"))
                .isEqualTo(message()
                        .message(1, repository("gitaly-1", "@cluster/repositories/1").string(6, "project-1"))
                        .string(2, "main")
                        .toBytes());
    }

    @Test
    void canBeRewrittenForEveryDestinationAndLeavesTheMessageAsItWas() {
        var sent = message().message(1, repository("default", "a.git")).toBytes();
        var before = sent.clone();

        var request = (RepositoryRequest) FIND_COMMIT.read(sent);

        assertThat(request.rewrittenFor("gitaly-1", "p")).isEqualTo(message().message(1, repository("gitaly-1", "p")).toBytes());
        assertThat(request.rewrittenFor("gitaly-2", "p")).isEqualTo(message().message(1, repository("gitaly-2", "p")).toBytes());
        assertThat(sent).isEqualTo(before);
    }

    @ParameterizedTest(name = "{0} bytes")
    @CsvSource({"0", "100", "127", "128", "16383", "16384", "300000"})
    void keepsLengthsRightWhenTheyNeedMoreOrFewerBytes(int length) {
        var rest = "x".repeat(length);
        var sent = message().message(1, message().message(1, repository("default", "long/".repeat(30)).string(6, rest)));

        var request = (RepositoryRequest) COMMIT_FILES.read(sent.toBytes());

        assertThat(request.rewrittenFor("s", "p"))
                .isEqualTo(message().message(1, message().message(1, repository("s", "p").string(6, rest))).toBytes());
        assertThat(request.rewrittenFor("s", "p" + rest))
                .isEqualTo(message().message(1, message().message(1, repository("s", "p" + rest).string(6, rest))).toBytes());
    }

    @Test
    void mergesARepositoryThatOccursTwiceAndTakesTheLastOfAField() {
        var sent = message()
                .message(1, repository("virtual", "old.git").string(6, "project-1"))
                .string(2, "main")
                .message(1, message().string(3, "a.git").string(3, "b.git").string(2, "default"));

        var request = (RepositoryRequest) FIND_COMMIT.read(sent.toBytes());

        assertThat(request).hasToString("default/b.git");
        assertThat(request.rewrittenFor("s", "p"))
                .isEqualTo(message().string(2, "main").message(1, repository("s", "p").string(6, "project-1")).toBytes());
    }

    @Test
    void lastOccurrenceCountsEvenIfItIsEmpty() {
        var sent = message().message(1, repository("default", "a.git")).message(1, repository("", ""));

        assertThat(FIND_COMMIT.read(sent.toBytes())).isEqualTo(new InvalidRequest(Problem.REPOSITORY_EMPTY));
    }

    @Test
    void aHeaderFollowedByAnotherMemberOfItsOneofIsUnset() {
        var header = message().message(1, repository("default", "a.git"));
        var other = message().message(1, header).message(2, message()).toBytes();
        var again = message().message(1, header).message(2, message()).message(1, message().string(5, "x").message(1, repository("default", "b.git")));

        assertThat(COMMIT_FILES.read(other)).isEqualTo(new InvalidRequest(Problem.REPOSITORY_NOT_SET));
        assertThat(((RepositoryRequest) COMMIT_FILES.read(again.toBytes())).rewrittenFor("s", "p"))
                .isEqualTo(message().message(2, message()).message(1, message().string(5, "x").message(1, repository("s", "p"))).toBytes());
    }

    @Test
    void rewritesBothRepositoriesOfAPool() {
        var sent = message().message(1, message().message(1, repository("default", "pool.git"))).message(2, repository("default", "origin.git"));

        var request = (RepositoryRequest) CREATE_POOL.read(sent.toBytes());

        assertThat(request).hasToString("default/pool.git");
        assertThat(request.additionalRelativePath()).contains("origin.git");
        assertThat(request.rewrittenFor("s", "p", "o"))
                .isEqualTo(message().message(1, message().message(1, repository("s", "p"))).message(2, repository("s", "o")).toBytes());
    }

    @Test
    void targetMayComeAfterTheAdditionalRepositoryAndBothMayOccurTwice() {
        var pool = message().message(1, repository("default", "pool.git"));
        var sent = message().message(1, pool).message(2, repository("default", "x.git")).message(1, pool).message(2, repository("default", "a.git"));

        var request = (RepositoryRequest) LINK_TO_POOL.read(sent.toBytes());

        assertThat(request).hasToString("default/a.git");
        assertThat(request.additionalRelativePath()).contains("pool.git");
        assertThat(request.rewrittenFor("s", "p", "o"))
                .isEqualTo(message().message(2, repository("s", "p")).message(1, message().message(1, repository("s", "o"))).toBytes());
    }

    /// RT 1.8 step 2: it does not count for routing, and is rewritten all the same.
    @Test
    void anAdditionalRepositoryWithoutPathIsNoneButGetsTheStorage() {
        var sent = message().message(2, repository("default", "a.git")).message(1, message().message(1, message().string(2, "default")));

        var request = (RepositoryRequest) LINK_TO_POOL.read(sent.toBytes());

        assertThat(request.additionalRelativePath()).isEmpty();
        assertThat(request.rewrittenFor("s", "p"))
                .isEqualTo(message().message(2, repository("s", "p")).message(1, message().message(1, message().string(2, "s"))).toBytes());
    }

    @ParameterizedTest
    @CsvSource({"other", "''"})
    void refusesAnAdditionalRepositoryInAnotherStorage(String storage) {
        var sent = message().message(2, repository("default", "a.git")).message(1, message().message(1, repository(storage, "pool.git")));

        assertThat(LINK_TO_POOL.read(sent.toBytes())).isEqualTo(new InvalidRequest(Problem.ADDITIONAL_REPOSITORY_ELSEWHERE));
    }

    @Test
    void replicationBetweenClustersDoesNotTakePoolsAlong() {
        var source = repository("other", "a.git");
        var sent = message().number(3, 1).message(1, repository("default", "a.git")).message(2, source).number(3, 1);

        var request = (RepositoryRequest) REPLICATE.read(sent.toBytes());

        assertThat(request.rewrittenFor("s", "p"))
                .isEqualTo(message().message(2, source).message(1, repository("s", "p")).toBytes());
    }

    @Test
    void replacesAStorageName() {
        var sent = message().string(1, "https://example.com").string(2, "default").toBytes();

        var request = (StorageRequest) FIND_REMOTE.read(sent);

        assertThat(request.storage()).isEqualTo("default");
        assertThat(request.rewrittenFor("gitaly-1"))
                .isEqualTo(message().string(2, "gitaly-1").string(1, "https://example.com").toBytes());
    }

    @Test
    void refusesARequestWithoutStorageName() {
        var notSet = new InvalidRequest(Problem.STORAGE_NOT_SET);

        assertThat(FIND_REMOTE.read(message().string(1, "default").toBytes())).isEqualTo(notSet);
        assertThat(FIND_REMOTE.read(message().string(2, "default").string(2, "").toBytes())).isEqualTo(notSet);
        assertThat(rpc("gitaly.RaftService/GetPartitions").read(message().string(1, "default").toBytes())).isEqualTo(notSet);
    }

    @Test
    void readsAMessageInTheMiddleOfAnArray() {
        var sent = message().message(1, repository("default", "a.git")).toBytes();
        var array = new byte[sent.length + 20];
        Arrays.fill(array, (byte) 0xff);
        System.arraycopy(sent, 0, array, 7, sent.length);

        var request = (RepositoryRequest) FIND_COMMIT.read(array, 7, sent.length);

        assertThat(request.rewrittenFor("s", "p")).isEqualTo(message().message(1, repository("s", "p")).toBytes());
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> FIND_COMMIT.read(array, 7, array.length));
    }

    @Test
    void keepsAReplacementCharacterThatWasSent() {
        var sent = message().message(1, repository("default", "a\uFFFD.git"));

        assertThat(FIND_COMMIT.read(sent.toBytes())).hasToString("default/a\uFFFD.git");
    }

    static Object[][] malformed() {
        var deep = message();
        for (int i = 0; i < 1000; i++) {
            deep.tag(9, FieldCursor.GROUP);
        }
        return new Object[][] {
            {"a field is longer than its message", new byte[] {0x0a, 5, 1}},
            {"a field is longer than its message", new byte[] {0x0a}},
            {"a field is longer than its message", new byte[] {(byte) 0x8a}},
            {"a field is longer than its message", new byte[] {0x09, 1, 2, 3}},
            {"a field is longer than its message", message().message(1, message().raw((byte) 0x12, (byte) 9)).toBytes()},
            {"a field is longer than its message", message().tag(9, FieldCursor.GROUP).toBytes()},
            {"a field has the number 0", new byte[] {0x02, 0}},
            {"a field has an unknown wire type", new byte[] {0x0e}},
            {"a group ends that did not begin", new byte[] {0x0c}},
            {"a group ends that did not begin", message().tag(9, FieldCursor.GROUP).tag(8, FieldCursor.END_GROUP).toBytes()},
            {"groups are nested too deeply", deep.toBytes()},
            {"a varint is too large", message().tag(9, 0).raw(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 2}).toBytes()},
            {"a varint is too large", message().tag(9, 2).varint(-1).toBytes()},
            {"a varint is too large", message().varint(1L << 32 | 0x0a).toBytes()},
            {"a string is not UTF-8", message().message(1, message().bytes(2, new byte[] {(byte) 0xc0, (byte) 0x80})).toBytes()},
            {"a string is not UTF-8", message().message(1, message().bytes(3, "ü".getBytes(StandardCharsets.ISO_8859_1))).toBytes()},
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void saysWhyBytesAreNotAMessage(String reason, byte[] bytes) {
        assertThat(FIND_COMMIT.read(bytes)).isEqualTo(new MalformedRequest(reason));
    }

    @Test
    void doesNotReadWhatTheProxyAnswersItself() {
        assertThatIllegalStateException()
                .isThrownBy(() -> rpc("gitaly.ServerService/ServerInfo").read(new byte[0]))
                .withMessage("gitaly.ServerService/ServerInfo is not routed");
    }

    private static Rpc rpc(String name) {
        return RpcCatalogue.builtin().find(name).orElseThrow();
    }
}
