package io.quaestor.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.quaestor.messages.CreateRepositoryRequest;
import io.quaestor.messages.RemoveRepositoryRequest;
import io.quaestor.messages.ReplicateRepositoryRequest;
import io.quaestor.messages.Repository;
import io.quaestor.messages.RepositoryServiceGrpc;
import io.quaestor.messages.RepositoryServiceGrpc.RepositoryServiceBlockingStub;
import io.quaestor.messages.VoteTransactionRequest;
import io.quaestor.messages.VoteTransactionRequest.Phase;
import io.quaestor.messages.WriteRefRequest;
import io.quaestor.sandbox.support.FakeProxy;
import io.quaestor.sandbox.support.FakeProxy.Answer;
import io.quaestor.sandbox.support.Shell;
import io.quaestor.sandbox.support.TestNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a node votes when a repository is created, removed, or one of its references is written.
class RepositoryVotesTest {

    private static final String ZEROS = "0".repeat(40);

    @TempDir
    Path directory;

    Shell shell;
    TestNode node;
    FakeProxy proxy;
    RepositoryServiceBlockingStub voting;
    RepositoryServiceBlockingStub alone;

    @BeforeEach
    void start() throws IOException {
        shell = new Shell(directory);
        node = TestNode.start("gitaly-1", directory.resolve("storage"));
        proxy = FakeProxy.dial(node.port());
        voting = RepositoryServiceGrpc.newBlockingStub(proxy.channel(true));
        alone = RepositoryServiceGrpc.newBlockingStub(proxy.channelWithoutTransaction());
    }

    @AfterEach
    void stop() {
        proxy.close();
        node.close();
    }

    @Test
    void aCreationIsVotedOnThreeTimesWithTheSameHash() {
        create(voting, "a.git");

        var votes = proxy.votes();
        assertThat(votes)
                .extracting(VoteTransactionRequest::getPhase)
                .containsExactly(Phase.PREPARING_PHASE, Phase.PREPARED_PHASE, Phase.COMMITTED_PHASE);
        assertThat(votes).extracting(VoteTransactionRequest::getReferenceUpdatesHash).containsOnly(hashOf(votes.getFirst()));
        assertThat(hashOf(votes.getFirst()).size()).isEqualTo(20);
        assertThat(repository("a.git")).isDirectory();
    }

    /// Two nodes have different directories, and may have different paths of a repository.
    @Test
    void theHashOfACreationIsThatOfTheStateAlone() {
        create(voting, "a.git");
        create(voting, "folder/b.git");
        voting.createRepository(CreateRepositoryRequest.newBuilder()
                .setRepository(node.repository("c.git"))
                .setDefaultBranch(ByteString.copyFromUtf8("trunk"))
                .build());

        assertThat(hashOf(proxy.votes().get(3))).isEqualTo(hashOf(proxy.votes().get(0)));
        assertThat(hashOf(proxy.votes().get(6))).isNotEqualTo(hashOf(proxy.votes().get(0)));
    }

    @ParameterizedTest(name = "{0} to vote {1}: {2}")
    @CsvSource({
        "ABORT, 1, FAILED_PRECONDITION, creating repository: preparatory vote: transaction was aborted",
        "ABORT, 2, FAILED_PRECONDITION, creating repository: preparatory vote: transaction was aborted",
        "STOP,  2, FAILED_PRECONDITION, creating repository: preparatory vote: transaction was stopped",
        "FAIL,  1, NOT_FOUND,           creating repository: preparatory vote: transaction not found: 7",
    })
    void aCreationWithoutPermissionLeavesNothing(Answer answer, int vote, Status.Code code, String text) {
        permit(vote - 1);
        proxy.answers(answer);

        assertThatThrownBy(() -> create(voting, "a.git")).satisfies(is(code, text));

        assertThat(proxy.votes()).hasSize(vote);
        assertThat(repository("a.git")).doesNotExist();
        assertThat(node.directory().resolve(Storage.SCRATCH)).isDirectoryNotContaining("glob:**/new-*/repository");
        create(voting, "a.git"); // nothing is in the way
    }

    @Test
    void aCreationThatIsDoneStaysWhenTheLastVoteFails() {
        permit(2);
        proxy.answers(Answer.ABORT);

        assertThatThrownBy(() -> create(voting, "a.git"))
                .satisfies(is(Status.Code.FAILED_PRECONDITION, "creating repository: committing vote: transaction was aborted"));

        assertThat(repository("a.git")).isDirectory();
    }

    @Test
    void whatExistsIsNotVotedOn() {
        create(alone, "a.git");

        assertThatThrownBy(() -> create(voting, "a.git"))
                .satisfies(is(Status.Code.ALREADY_EXISTS, "repository exists already"));

        assertThat(proxy.votes()).isEmpty();
    }

    @Test
    void eachStepOfARemovalHasItsOwnText() {
        create(alone, "a/b.git");

        remove("a/b.git");

        assertThat(Said.by(proxy))
                .containsExactly(
                        Said.preparing("acquiring distributed lock a/b.git"),
                        Said.prepared("pre-remove a/b.git"),
                        Said.committed("post-remove a/b.git"));
        assertThat(repository("a/b.git")).doesNotExist();
    }

    @ParameterizedTest(name = "vote {0}")
    @CsvSource({"1, vote on rename, true", "2, vote on rename, true", "3, vote on finalizing, false"})
    void aRemovalWithoutPermissionFails(int vote, String text, boolean stays) {
        create(alone, "a.git");
        permit(vote - 1);
        proxy.answers(Answer.ABORT);

        assertThatThrownBy(() -> remove("a.git"))
                .satisfies(is(Status.Code.INTERNAL, text + ": transaction was aborted"));

        assertThat(repository("a.git").toFile().exists()).isEqualTo(stays);
    }

    @Test
    void aWrittenReferenceIsVotedOnByGit() {
        create(alone, "a.git");
        var one = commit("a.git", "one");
        var two = commit("a.git", "two");

        write("refs/heads/x", one, "");
        write("refs/heads/x", two, one);
        write("refs/heads/x", ZEROS, two);

        var created = ZEROS + " " + one + " refs/heads/x\n";
        var changed = one + " " + two + " refs/heads/x\n";
        var deleted = two + " " + ZEROS + " refs/heads/x\n";
        assertThat(Said.by(proxy))
                .containsExactly(
                        Said.prepared(created),
                        Said.committed(created),
                        Said.prepared(changed),
                        Said.committed(changed),
                        Said.prepared(deleted),
                        Said.committed(deleted));
    }

    /// As from Gitaly, which takes it for git's own tidying up.
    @Test
    void aDeletionWithoutAnOldValueIsNotVotedOn() {
        create(alone, "a.git");
        write("refs/heads/x", commit("a.git", "one"), "");
        proxy.forgetVotes();

        write("refs/heads/x", ZEROS, "");

        assertThat(proxy.votes()).isEmpty();
        assertThat(reference("a.git", "refs/heads/x")).isEmpty();
    }

    @Test
    void aReferenceIsNotWrittenWithoutPermission() {
        create(alone, "a.git");
        var one = commit("a.git", "one");
        proxy.answers(Answer.ABORT);

        assertThatThrownBy(() -> write("refs/heads/x", one, ""))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
                    assertThat(e.getStatus().getDescription()).contains("transaction was aborted");
                });

        assertThat(reference("a.git", "refs/heads/x")).isEmpty();
        assertThat(proxy.votes()).hasSize(1);
    }

    /// The text is what later versions of git tell the hook.
    @Test
    void theDefaultBranchIsVotedOnAsASymbolicReference() {
        create(alone, "a.git");

        write("HEAD", "refs/heads/trunk", "");

        var change = ZEROS + " ref:refs/heads/trunk HEAD\n";
        assertThat(Said.by(proxy)).containsExactly(Said.prepared(change), Said.committed(change));
        assertThat(repository("a.git").resolve("HEAD")).hasContent("ref: refs/heads/trunk");
    }

    @Test
    void theDefaultBranchStaysWithoutPermission() {
        create(alone, "a.git");
        proxy.answers(Answer.ABORT);

        assertThatThrownBy(() -> write("HEAD", "refs/heads/trunk", ""))
                .satisfies(is(Status.Code.INTERNAL, "setting default branch: transaction was aborted"));

        assertThat(repository("a.git").resolve("HEAD")).hasContent("ref: refs/heads/main");
    }

    @Test
    void aReplicaThatIsMadeByAClientIsVotedOnAndOneThatIsRepairedIsNot() throws IOException {
        try (var source = TestNode.start("gitaly-2", directory.resolve("source"))) {
            create(RepositoryServiceGrpc.newBlockingStub(source.peer().channel()), "a.git", source);
            var one = commit(source.directory().resolve("a.git"), "one");
            shell.git(source.directory().resolve("a.git"), "update-ref", "refs/heads/x", one);

            replicate(alone, source, "repaired.git");
            assertThat(proxy.votes()).isEmpty();
            replicate(voting, source, "made.git");

            assertThat(proxy.votes())
                    .extracting(VoteTransactionRequest::getPhase)
                    .containsExactly(Phase.PREPARING_PHASE, Phase.PREPARED_PHASE, Phase.COMMITTED_PHASE);
            assertThat(reference("made.git", "refs/heads/x")).isEqualTo(one);
            assertThat(reference("repaired.git", "refs/heads/x")).isEqualTo(one);
        }
    }

    @Test
    void anExistingReplicaVotesOnWhatItFetches() throws IOException {
        try (var source = TestNode.start("gitaly-2", directory.resolve("source"))) {
            create(RepositoryServiceGrpc.newBlockingStub(source.peer().channel()), "a.git", source);
            replicate(alone, source, "a.git");
            var one = commit(source.directory().resolve("a.git"), "one");
            shell.git(source.directory().resolve("a.git"), "update-ref", "refs/heads/x", one);
            shell.git(source.directory().resolve("a.git"), "symbolic-ref", "HEAD", "refs/heads/x");

            replicate(voting, source, "a.git");

            var head = ZEROS + " ref:refs/heads/x HEAD\n";
            assertThat(Said.by(proxy)).startsWith(Said.prepared(head), Said.committed(head));
            assertThat(proxy.votes())
                    .extracting(VoteTransactionRequest::getPhase)
                    .containsExactly(
                            Phase.PREPARED_PHASE,
                            Phase.COMMITTED_PHASE,
                            Phase.PREPARED_PHASE,
                            Phase.COMMITTED_PHASE);
            assertThat(reference("a.git", "refs/heads/x")).isEqualTo(one);
        }
    }

    @Test
    void withoutABackChannelThereIsNoVote() {
        var plain = ManagedChannelBuilder.forAddress("127.0.0.1", node.port())
                .usePlaintext()
                .build();
        try {
            var stub = RepositoryServiceGrpc.newBlockingStub(FakeProxy.with(plain, FakeProxy.metadata(true)));

            assertThatThrownBy(() -> create(stub, "a.git"))
                    .satisfies(is(
                            Status.Code.FAILED_PRECONDITION,
                            "creating repository: preparatory vote: get backchannel: no backchannel for peer 0"));

            assertThat(repository("a.git")).doesNotExist();
        } finally {
            plain.shutdownNow();
        }
    }

    @Test
    void brokenMetadataIsTheCallersFault() {
        var metadata = new Metadata();
        metadata.put(Metadata.Key.of(Transaction.KEY, Metadata.ASCII_STRING_MARSHALLER), "!");
        var stub = alone.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));

        assertThatThrownBy(() -> create(stub, "a.git"))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    private void permit(int votes) {
        for (int i = 0; i < votes; i++) {
            proxy.answers(Answer.COMMIT);
        }
    }

    private void create(RepositoryServiceBlockingStub stub, String path) {
        create(stub, path, node);
    }

    private static void create(RepositoryServiceBlockingStub stub, String path, TestNode where) {
        var _ = stub.createRepository(
                CreateRepositoryRequest.newBuilder().setRepository(where.repository(path)).build());
    }

    private void remove(String path) {
        var _ = voting.removeRepository(
                RemoveRepositoryRequest.newBuilder().setRepository(node.repository(path)).build());
    }

    private void write(String reference, String revision, String old) {
        var _ = voting.writeRef(WriteRefRequest.newBuilder()
                .setRepository(node.repository("a.git"))
                .setRef(ByteString.copyFromUtf8(reference))
                .setRevision(ByteString.copyFromUtf8(revision))
                .setOldRevision(ByteString.copyFromUtf8(old))
                .build());
    }

    private void replicate(RepositoryServiceBlockingStub stub, TestNode source, String path) {
        var servers = "{\"gitaly-2\":{\"address\":\"" + source.address() + "\",\"token\":\"" + TestNode.TOKEN + "\"}}";
        var metadata = new Metadata();
        metadata.put(
                Metadata.Key.of(SourceServers.KEY, Metadata.ASCII_STRING_MARSHALLER),
                Base64.getEncoder().encodeToString(servers.getBytes(StandardCharsets.UTF_8)));
        var _ = stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .replicateRepository(ReplicateRepositoryRequest.newBuilder()
                        .setSource(Repository.newBuilder().setStorageName("gitaly-2").setRelativePath("a.git"))
                        .setRepository(node.repository(path))
                        .build());
    }

    private Path repository(String path) {
        return node.directory().resolve(path);
    }

    private String commit(String path, String message) {
        return commit(repository(path), message);
    }

    private String commit(Path repository, String message) {
        return shell.git(repository, "commit-tree", "-m", message, shell.git(repository, "write-tree"));
    }

    private String reference(String path, String name) {
        return shell.tryGit(repository(path), "rev-parse", "--verify", "--quiet", name)
                .output()
                .strip();
    }

    private static ByteString hashOf(VoteTransactionRequest vote) {
        return vote.getReferenceUpdatesHash();
    }

    private static Consumer<Throwable> is(Status.Code code, String text) {
        return thrown -> {
            assertThat(thrown).isInstanceOf(StatusRuntimeException.class);
            var status = ((StatusRuntimeException) thrown).getStatus();
            assertThat(status.getDescription()).isEqualTo(text);
            assertThat(status.getCode()).isEqualTo(code);
        };
    }
}
