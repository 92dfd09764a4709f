package io.quaestor.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.quaestor.messages.CreateRepositoryRequest;
import io.quaestor.messages.Repository;
import io.quaestor.messages.RepositoryServiceGrpc;
import io.quaestor.messages.VoteTransactionRequest.Phase;
import io.quaestor.messages.WriteRefRequest;
import io.quaestor.sandbox.support.ChannelGateway;
import io.quaestor.sandbox.support.CountedThreads;
import io.quaestor.sandbox.support.Eventually;
import io.quaestor.sandbox.support.FakeProxy;
import io.quaestor.sandbox.support.FakeProxy.Answer;
import io.quaestor.sandbox.support.NodeProcess;
import io.quaestor.sandbox.support.Shell;
import io.quaestor.sandbox.support.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A vote that is not answered, and everybody who can die meanwhile: nothing is changed, and nothing is left behind.
class VoteFaultsTest {

    @TempDir
    Path directory;

    Shell shell;
    CountedThreads threads;
    TestNode node;
    FakeProxy proxy;
    ChannelGateway gateway;
    Path work;

    @BeforeEach
    void start() throws IOException {
        shell = new Shell(directory);
        work = shell.workingCopy("work", 1);
        threads = new CountedThreads();
        start(VoteRules.standard());
        create(proxy, "gitaly-1");
    }

    private void start(VoteRules rules) throws IOException {
        node = TestNode.start(
                "gitaly-1",
                directory.resolve("storage"),
                0,
                rules,
                new NodeThreads(threads, NodeThreads.named("test-").platform()));
        proxy = FakeProxy.dial(node.port());
        gateway = ChannelGateway.start("gitaly-1", proxy.channel(true), proxy.channelWithoutTransaction());
    }

    private void restart(VoteRules rules) throws IOException {
        stop();
        start(rules);
    }

    @AfterEach
    void stop() {
        gateway.close();
        proxy.close();
        node.close();
    }

    @Test
    void aVoteThatIsNotAnsweredEndsAtItsLimit() throws Exception {
        restart(VoteRules.standard().withLimit(Duration.ofMillis(300)));
        proxy.answers(Answer.NEVER);

        var push = shell.tryGit(work, "push", gateway.url("a.git"), "main");

        assertThat(push.output()).contains("pre-receive hook declined");
        assertThat(proxy.awaitCancelled().getPhase()).isEqualTo(Phase.SYNCHRONIZED_PHASE);
        assertThat(Said.by(proxy)).containsExactly(Said.hook("pre-receive"), Said.end());
        assertNothingIsLeft();
    }

    /// The vote that is not answered belongs to each of the hooks in turn.
    @ParameterizedTest(name = "vote {0}")
    @ValueSource(ints = {0, 1, 2, 4})
    void aCancelledPushTakesItsVoteAndItsProcessesAlong(int votes) throws Exception {
        permit(votes);
        proxy.answers(Answer.NEVER);
        var push = shell.start(work, "push", gateway.url("a.git"), "main");
        var vote = proxy.awaitUnanswered();

        gateway.close(); // breaks off the call
        push.destroyForcibly();

        assertThat(proxy.awaitCancelled()).isEqualTo(vote);
        assertNothingIsLeft();
        assertThat(reference("refs/heads/main").isEmpty()).isEqualTo(votes < 3);
    }

    @Test
    void aCancelledCallGivesUpItsVote() throws Exception {
        proxy.answers(Answer.NEVER);
        var commit = commit("one");

        var call = Thread.ofVirtual().start(() -> assertThatThrownBy(() -> write(commit, Duration.ofSeconds(2)))
                .isInstanceOf(StatusRuntimeException.class));

        proxy.awaitUnanswered();
        proxy.awaitCancelled();
        call.join();
        assertNothingIsLeft();
        assertThat(reference("refs/heads/x")).isEmpty();
    }

    @Test
    void aLostConnectionEndsThePush() throws Exception {
        permit(2);
        proxy.answers(Answer.HANG_UP);

        var push = shell.tryGit(work, "push", gateway.url("a.git"), "main");

        assertThat(push.exitCode()).isNotZero();
        assertThat(proxy.votes()).hasSize(3);
        assertNothingIsLeft();
        assertThat(reference("refs/heads/main")).isEmpty();
    }

    @Test
    void aKilledGitEndsThePushAndItsVote() throws Exception {
        permit(2);
        proxy.answers(Answer.NEVER);
        var push = shell.start(work, "push", gateway.url("a.git"), "main");
        proxy.awaitUnanswered();

        receivePack().destroyForcibly();

        assertThat(push.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(push.exitValue()).isNotZero();
        proxy.awaitCancelled();
        assertNothingIsLeft();
        assertThat(reference("refs/heads/main")).isEmpty();
    }

    /// What it has not told the node is not voted on.
    @Test
    void aKilledHookEndsThePush() throws Exception {
        permit(2);
        proxy.answers(Answer.NEVER);
        var push = shell.start(work, "push", gateway.url("a.git"), "main");
        proxy.awaitUnanswered();

        processes("/hooks/reference-transaction").forEach(ProcessHandle::destroyForcibly);

        assertThat(push.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(push.exitValue()).isNotZero();
        assertNothingIsLeft();
        assertThat(reference("refs/heads/main")).isEmpty();
    }

    @Test
    void aDelayedVoteIsCastAndACancelledOneIsNot() throws Exception {
        restart(VoteRules.standard().withDelay(Duration.ofMillis(50)));
        shell.git(work, "push", "--quiet", gateway.url("a.git"), "main");
        assertThat(proxy.votes()).hasSize(6);
        proxy.forgetVotes();
        restart(VoteRules.standard().withDelay(Duration.ofMinutes(10)));
        var commit = commit("one");

        assertThatThrownBy(() -> write(commit, Duration.ofMillis(500))).isInstanceOf(StatusRuntimeException.class);

        assertNothingIsLeft();
        assertThat(proxy.votes()).isEmpty();
        assertThat(reference("refs/heads/x")).isEmpty();
    }

    /// Hooks that wait for a node that is gone must not wait for ever, and must not let git go on.
    @ParameterizedTest(name = "vote {0}")
    @ValueSource(ints = {0, 2})
    void aKilledNodeTakesItsHooksAlong(int votes) throws Exception {
        var process = NodeProcess.start("gitaly-2", directory.resolve("two"));
        try (var killed = FakeProxy.dial(URI.create(process.address()).getPort());
                var pushes = ChannelGateway.start(
                        "gitaly-2", killed.channel(true), killed.channelWithoutTransaction())) {
            create(killed, "gitaly-2");
            for (int i = 0; i < votes; i++) {
                killed.answers(Answer.COMMIT);
            }
            killed.answers(Answer.NEVER);
            var push = shell.start(work, "push", pushes.url("a.git"), "main");
            killed.awaitUnanswered();

            process.kill();

            assertThat(push.waitFor(60, TimeUnit.SECONDS)).isTrue();
            Eventually.holds("no process of the node is left", () -> processes("two/+sandbox").isEmpty());
            assertThat(shell.tryGit(directory.resolve("two/a.git"), "rev-parse", "--verify", "refs/heads/main")
                            .exitCode())
                    .isNotZero();
        }
    }

    /// A git that was left behind by a node finds the hooks, but nobody who answers.
    @ParameterizedTest(name = "pipes are there: {0}")
    @ValueSource(booleans = {false, true})
    void aHookWithoutItsNodeRefuses(boolean pipes) throws Exception {
        var answers = directory.resolve("left/1/answers");
        var questions = directory.resolve("left/questions");
        if (pipes) {
            Files.createDirectories(answers.getParent());
            new ProcessBuilder("mkfifo", answers.toString(), questions.toString()).start().waitFor();
        }
        var hook = node.directory().resolve(Storage.SCRATCH).resolve("hooks").resolve("pre-receive");
        var builder = new ProcessBuilder(hook.toString()).redirectErrorStream(true);
        builder.environment().put("QUAESTOR_CALL", answers.getParent().toString());
        builder.environment().put("QUAESTOR_QUESTIONS", questions.toString());

        var process = builder.start();

        try {
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isNotZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void hooksOutliveARestartOfTheirNode() throws IOException {
        restart(VoteRules.standard());

        assertThat(node.directory().resolve(Storage.SCRATCH).resolve("hooks"))
                .isDirectoryContaining("glob:**/reference-transaction");
    }

    private void assertNothingIsLeft() throws Exception {
        Eventually.holds("no process is left", () -> processes("storage/+sandbox").isEmpty());
        Eventually.holds("no thread is left", threads::isIdle);
        Eventually.holds("no call is left: " + calls(), () -> calls().isEmpty());
    }

    /// What lies in the node's own directory beside what is always there.
    private List<String> calls() throws IOException {
        try (var all = Files.walk(node.directory().resolve(Storage.SCRATCH))) {
            return all.filter(path -> path.toString().matches(".*/calls/\\d.*"))
                    .map(Path::toString)
                    .toList();
        } catch (UncheckedIOException e) {
            return List.of("something changes"); // ask again
        }
    }

    /// Processes that have a part in their command line.
    private List<ProcessHandle> processes(String part) {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process).contains(directory.getFileName().toString()))
                .filter(process -> commandLine(process).contains(part))
                .toList();
    }

    private ProcessHandle receivePack() {
        return processes("receive-pack").stream()
                .filter(process -> commandLine(process).startsWith("git"))
                .filter(process -> !commandLine(process).contains("push"))
                .findFirst()
                .orElseThrow();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    private void permit(int votes) {
        Stream.generate(() -> Answer.COMMIT).limit(votes).forEach(proxy::answers);
    }

    private void create(FakeProxy through, String storage) {
        var _ = RepositoryServiceGrpc.newBlockingStub(through.channelWithoutTransaction())
                .createRepository(CreateRepositoryRequest.newBuilder()
                        .setRepository(repository(storage))
                        .setDefaultBranch(ByteString.copyFromUtf8("trunk"))
                        .build());
    }

    private void write(String commit, Duration limit) {
        var _ = RepositoryServiceGrpc.newBlockingStub(proxy.channel(true))
                .withDeadlineAfter(limit)
                .writeRef(WriteRefRequest.newBuilder()
                        .setRepository(repository("gitaly-1"))
                        .setRef(ByteString.copyFromUtf8("refs/heads/x"))
                        .setRevision(ByteString.copyFromUtf8(commit))
                        .build());
    }

    private static Repository repository(String storage) {
        return Repository.newBuilder().setStorageName(storage).setRelativePath("a.git").build();
    }

    private String commit(String message) {
        var repository = node.directory().resolve("a.git");
        return shell.git(repository, "commit-tree", "-m", message, shell.git(repository, "write-tree"));
    }

    private String reference(String name) {
        return shell.tryGit(node.directory().resolve("a.git"), "rev-parse", "--verify", "--quiet", name)
                .output()
                .strip();
    }
}
