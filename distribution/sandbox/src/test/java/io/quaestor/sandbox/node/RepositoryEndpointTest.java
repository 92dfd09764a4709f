package io.quaestor.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quaestor.messages.CalculateChecksumRequest;
import io.quaestor.messages.CreateRepositoryRequest;
import io.quaestor.messages.FindDefaultBranchNameRequest;
import io.quaestor.messages.ListRefsRequest;
import io.quaestor.messages.ObjectFormat;
import io.quaestor.messages.ObjectFormatRequest;
import io.quaestor.messages.PaginationParameter;
import io.quaestor.messages.RefExistsRequest;
import io.quaestor.messages.RefServiceGrpc;
import io.quaestor.messages.RefServiceGrpc.RefServiceBlockingStub;
import io.quaestor.messages.RemoveAllRequest;
import io.quaestor.messages.RemoveRepositoryRequest;
import io.quaestor.messages.Repository;
import io.quaestor.messages.RepositoryExistsRequest;
import io.quaestor.messages.RepositoryServiceGrpc;
import io.quaestor.messages.RepositoryServiceGrpc.RepositoryServiceBlockingStub;
import io.quaestor.messages.RepositorySizeRequest;
import io.quaestor.messages.WriteRefRequest;
import io.quaestor.sandbox.support.Shell;
import io.quaestor.sandbox.support.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryEndpointTest {

    @TempDir
    Path directory;

    TestNode node;
    RepositoryServiceBlockingStub repositories;
    RefServiceBlockingStub references;

    @BeforeEach
    void start() throws IOException {
        node = TestNode.start("gitaly-1", directory.resolve("storage"));
        repositories = RepositoryServiceGrpc.newBlockingStub(node.peer().channel());
        references = RefServiceGrpc.newBlockingStub(node.peer().channel());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void createdRepositoryExistsUntilItIsRemoved() {
        create("a/b.git");

        assertThat(exists("a/b.git")).isTrue();
        assertThat(node.directory().resolve("a/b.git/HEAD")).exists();
        assertThat(sizeInKib("a/b.git")).isNotNegative();

        remove("a/b.git");
        assertThat(exists("a/b.git")).isFalse();
        assertThat(node.directory().resolve("a/b.git")).doesNotExist();
    }

    @Test
    void secondCreationIsRefusedAndLeavesTheFirst() {
        create("a.git");
        write("a.git", "refs/heads/main", commit("a.git", "one"));

        assertThatThrownBy(() -> create("a.git")).satisfies(is(Status.Code.ALREADY_EXISTS, "repository exists already"));

        assertThat(exists("a.git", "refs/heads/main")).isTrue();
    }

    @Test
    void creationInsideOfAnotherRepositoryIsRefused() {
        create("a.git");

        assertThatThrownBy(() -> create("a.git/objects/b.git"))
                .satisfies(is(Status.Code.INVALID_ARGUMENT, "relative path is inside of another repository"));
    }

    @Test
    void removalOfNothingIsNotFound() {
        assertThatThrownBy(() -> remove("a.git")).satisfies(is(Status.Code.NOT_FOUND, "repository does not exist"));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "../outside.git",
                "a/../../outside.git",
                "/etc",
                "a//b.git",
                "a/./b.git",
                "a.git/",
                "..",
                ".",
                "a\0b.git",
                "+sandbox/x.git",
                "link/x.git",
                "link"
            })
    void pathsThatLeaveTheStorageAreRefusedByEveryCall(String path) throws IOException {
        var outside = Files.createDirectory(directory.resolve("outside"));
        Files.createSymbolicLink(node.directory().resolve("link"), outside);

        List<Runnable> calls = List.of(
                () -> create(path),
                () -> remove(path),
                () -> exists(path),
                () -> checksum(path),
                () -> write(path, "refs/heads/main", "HEAD"),
                () -> sizeInKib(path));
        for (var call : calls) {
            assertThatThrownBy(call::run)
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
        }

        assertThat(outside).isEmptyDirectory();
        assertThat(directory.resolve("outside.git")).doesNotExist();
    }

    @Test
    void wrongStorageAndMissingRepositoryAreTheCallersFault() {
        var other = Repository.newBuilder().setStorageName("gitaly-2").setRelativePath("a.git").build();

        assertThatThrownBy(() -> repositories.repositoryExists(
                        RepositoryExistsRequest.newBuilder().setRepository(other).build()))
                .satisfies(is(Status.Code.INVALID_ARGUMENT, "storage name not found"));
        assertThatThrownBy(() -> repositories.repositoryExists(RepositoryExistsRequest.getDefaultInstance()))
                .satisfies(is(Status.Code.INVALID_ARGUMENT, "repository not set"));
        assertThatThrownBy(() -> checksum("missing.git")).satisfies(is(Status.Code.NOT_FOUND, "repository not found"));
    }

    @Test
    void whatIsNotThereIsUnimplemented() {
        assertThatThrownBy(() -> repositories.removeAll(RemoveAllRequest.getDefaultInstance()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
    }

    @Test
    void objectFormatAndDefaultBranchAreAsAskedFor() {
        repositories.createRepository(CreateRepositoryRequest.newBuilder()
                .setRepository(node.repository("a.git"))
                .setObjectFormat(ObjectFormat.OBJECT_FORMAT_SHA256)
                .setDefaultBranch(ByteString.copyFromUtf8("trunk"))
                .build());

        var format = repositories.objectFormat(
                ObjectFormatRequest.newBuilder().setRepository(node.repository("a.git")).build());

        assertThat(format.getFormat()).isEqualTo(ObjectFormat.OBJECT_FORMAT_SHA256);
        assertThat(defaultBranch("a.git", true)).isEqualTo("refs/heads/trunk");
        assertThat(defaultBranch("a.git", false)).isEmpty();
    }

    @Test
    void checksumIsZeroForNoReferencesAndFollowsEveryChange() {
        create("a.git");
        assertThat(checksum("a.git")).isEqualTo("0".repeat(40));

        write("a.git", "refs/heads/main", commit("a.git", "one"));
        var one = checksum("a.git");
        write("a.git", "refs/heads/main", commit("a.git", "two"));
        var two = checksum("a.git");
        write("a.git", "refs/heads/main", "0".repeat(40));

        assertThat(one).isNotEqualTo(two).hasSize(40);
        assertThat(checksum("a.git")).isEqualTo("0".repeat(40));
    }

    @Test
    void referencesAreListedInPagesWithHeadAndPeeledTags() {
        create("a.git");
        var commit = commit("a.git", "one");
        for (var name : List.of("refs/heads/main", "refs/heads/other", "refs/tags/v1", "refs/keep/x")) {
            write("a.git", name, commit);
        }

        var all = names(ListRefsRequest.newBuilder().addPatterns(ByteString.copyFromUtf8("refs/")).setHead(true));
        var heads = names(ListRefsRequest.newBuilder().addPatterns(ByteString.copyFromUtf8("refs/heads/")));
        var page = names(ListRefsRequest.newBuilder()
                .addPatterns(ByteString.copyFromUtf8("refs/"))
                .setPaginationParams(PaginationParameter.newBuilder().setLimit(2).setPageToken("refs/heads/main")));
        var visible = names(ListRefsRequest.newBuilder()
                .addPatterns(ByteString.copyFromUtf8("refs/"))
                .addExcludePatterns(ByteString.copyFromUtf8("refs/keep/")));

        assertThat(all).containsExactly("HEAD", "refs/heads/main", "refs/heads/other", "refs/keep/x", "refs/tags/v1");
        assertThat(heads).containsExactly("refs/heads/main", "refs/heads/other");
        assertThat(page).containsExactly("refs/heads/other", "refs/keep/x");
        assertThat(visible).doesNotContain("refs/keep/x");
    }

    @Test
    void writtenReferenceKeepsItsOldValueUnlessThatIsTheExpectedOne() {
        create("a.git");
        var one = commit("a.git", "one");
        var two = commit("a.git", "two");
        write("a.git", "refs/heads/main", one);

        assertThatThrownBy(() -> repositories.writeRef(writeRef("a.git", "refs/heads/main", two)
                        .setOldRevision(ByteString.copyFromUtf8(two))
                        .build()))
                .isInstanceOf(StatusRuntimeException.class);
        assertThatThrownBy(() -> write("a.git", "refs/heads/..", two))
                .satisfies(is(Status.Code.INVALID_ARGUMENT, "invalid refname"));
        assertThatThrownBy(() -> write("a.git", "refs/heads/main", "--all"))
                .satisfies(is(Status.Code.INVALID_ARGUMENT, "revision can't start with '-'"));

        assertThat(references
                        .listRefs(ListRefsRequest.newBuilder()
                                .setRepository(node.repository("a.git"))
                                .addPatterns(ByteString.copyFromUtf8("refs/"))
                                .build())
                        .next()
                        .getReferences(0)
                        .getTarget())
                .isEqualTo(one);
    }

    private void create(String path) {
        repositories.createRepository(
                CreateRepositoryRequest.newBuilder().setRepository(node.repository(path)).build());
    }

    private void remove(String path) {
        repositories.removeRepository(
                RemoveRepositoryRequest.newBuilder().setRepository(node.repository(path)).build());
    }

    private boolean exists(String path) {
        return repositories
                .repositoryExists(RepositoryExistsRequest.newBuilder()
                        .setRepository(node.repository(path))
                        .build())
                .getExists();
    }

    private boolean exists(String path, String reference) {
        return references
                .refExists(RefExistsRequest.newBuilder()
                        .setRepository(node.repository(path))
                        .setRef(ByteString.copyFromUtf8(reference))
                        .build())
                .getValue();
    }

    private long sizeInKib(String path) {
        return repositories
                .repositorySize(RepositorySizeRequest.newBuilder()
                        .setRepository(node.repository(path))
                        .build())
                .getSize();
    }

    private String checksum(String path) {
        return repositories
                .calculateChecksum(CalculateChecksumRequest.newBuilder()
                        .setRepository(node.repository(path))
                        .build())
                .getChecksum();
    }

    private String defaultBranch(String path, boolean headOnly) {
        return references
                .findDefaultBranchName(FindDefaultBranchNameRequest.newBuilder()
                        .setRepository(node.repository(path))
                        .setHeadOnly(headOnly)
                        .build())
                .getName()
                .toStringUtf8();
    }

    private void write(String path, String reference, String revision) {
        repositories.writeRef(writeRef(path, reference, revision).build());
    }

    private WriteRefRequest.Builder writeRef(String path, String reference, String revision) {
        return WriteRefRequest.newBuilder()
                .setRepository(node.repository(path))
                .setRef(ByteString.copyFromUtf8(reference))
                .setRevision(ByteString.copyFromUtf8(revision));
    }

    /// Puts a commit into the repository, on no branch.
    private String commit(String path, String message) {
        var shell = new Shell(directory);
        var repository = node.directory().resolve(path);
        var tree = shell.git(repository, "write-tree");
        return shell.git(repository, "commit-tree", "-m", message, tree);
    }

    private List<String> names(ListRefsRequest.Builder request) {
        var names = new ArrayList<String>();
        references
                .listRefs(request.setRepository(node.repository("a.git")).build())
                .forEachRemaining(response ->
                        response.getReferencesList().forEach(r -> names.add(r.getName().toStringUtf8())));
        return names;
    }

    private static Consumer<Throwable> is(Status.Code code, String text) {
        return thrown -> {
            assertThat(thrown).isInstanceOf(StatusRuntimeException.class);
            var status = ((StatusRuntimeException) thrown).getStatus();
            assertThat(status.getCode()).isEqualTo(code);
            assertThat(status.getDescription()).isEqualTo(text);
        };
    }
}
