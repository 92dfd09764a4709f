package io.quaestor.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quaestor.messages.CreateRepositoryRequest;
import io.quaestor.messages.RepositoryServiceGrpc;
import io.quaestor.sandbox.support.ChannelGateway;
import io.quaestor.sandbox.support.FakeProxy;
import io.quaestor.sandbox.support.FakeProxy.Answer;
import io.quaestor.sandbox.support.Shell;
import io.quaestor.sandbox.support.TestNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a node votes during a push, in which order, and what it makes of the answers.
class PushVotesTest {

    private static final String ZEROS = "0".repeat(40);

    @TempDir
    Path directory;

    Shell shell;
    TestNode node;
    FakeProxy proxy;
    ChannelGateway gateway;
    Path work;
    String one;
    String two;

    @BeforeEach
    void start() throws IOException {
        shell = new Shell(directory);
        work = shell.workingCopy("work", 2);
        one = shell.git(work, "rev-parse", "HEAD~1");
        two = shell.git(work, "rev-parse", "HEAD");
        start(VoteRules.standard(), true);
    }

    private void start(VoteRules rules, boolean primary) throws IOException {
        node = TestNode.start("gitaly-1", directory.resolve("storage"), 0, rules, NodeThreads.named("test-"));
        proxy = FakeProxy.dial(node.port());
        gateway = ChannelGateway.start("gitaly-1", proxy.channel(primary), proxy.channelWithoutTransaction());
        if (!node.directory().resolve("a.git").toFile().exists()) {
            var _ = RepositoryServiceGrpc.newBlockingStub(proxy.channelWithoutTransaction())
                    .createRepository(CreateRepositoryRequest.newBuilder()
                            .setRepository(node.repository("a.git"))
                            .setDefaultBranch(ByteString.copyFromUtf8("trunk")) // git 2.39 names HEAD with its branch
                            .build());
        }
    }

    private void restart(VoteRules rules, boolean primary) throws IOException {
        stop();
        start(rules, primary);
    }

    @AfterEach
    void stop() {
        gateway.close();
        proxy.close();
        node.close();
    }

    @Test
    void aBranchIsVotedOnBeforeAndAfterItIsWritten() {
        push("main");

        assertThat(Said.by(proxy)).containsExactlyElementsOf(votes(ZEROS + " " + two + " refs/heads/main\n"));
        assertThat(reference("refs/heads/main")).isEqualTo(two);
    }

    @Test
    void votesNameTheTransactionAndTheNodeAndNoRepository() {
        push("main");

        assertThat(proxy.votes()).isNotEmpty().allSatisfy(vote -> {
            assertThat(Long.toUnsignedString(vote.getTransactionId())).isEqualTo(FakeProxy.TRANSACTION);
            assertThat(vote.getNode()).isEqualTo("gitaly-1");
            assertThat(vote.hasRepository()).isFalse();
        });
    }

    @Test
    void aSecondaryVotesAsThePrimary() throws IOException {
        push("main");
        var primary = Said.by(proxy);
        shell.git(work, "push", "--quiet", gateway.url("a.git"), ":main");
        restart(VoteRules.standard(), false);

        push("main");

        assertThat(Said.by(proxy)).isEqualTo(primary);
    }

    /// Git 2.39 makes a transaction for each reference of a push that is not atomic, later ones make one.
    @Test
    void referencesAreVotedOnInTheirOrder() {
        push("main", "main~1:refs/heads/other", "main:refs/tags/v1");

        var changes = List.of(
                ZEROS + " " + two + " refs/heads/main\n",
                ZEROS + " " + one + " refs/heads/other\n",
                ZEROS + " " + two + " refs/tags/v1\n");
        assertThat(Said.by(proxy)).isIn(votes(changes.toArray(String[]::new)), atomicPush(changes));
    }

    @Test
    void anAtomicPushIsOneChange() {
        shell.git(work, "push", "--quiet", "--atomic", gateway.url("a.git"), "main", "main~1:refs/heads/other");

        assertThat(Said.by(proxy))
                .containsExactlyElementsOf(atomicPush(List.of(
                        ZEROS + " " + two + " refs/heads/main\n", ZEROS + " " + one + " refs/heads/other\n")));
    }

    /// What git tells the hook is longer than any pipe.
    @Test
    void aLongListOfReferencesIsHashedToTheLastByte() throws IOException {
        var changes = new ArrayList<String>();
        var references = new StringBuilder();
        for (int i = 100; i < 400; i++) {
            var name = "refs/heads/" + "x".repeat(200) + i;
            changes.add(ZEROS + " " + two + " " + name + "\n");
            references.append("create ").append(name).append(' ').append(two).append('\n');
        }
        shell.git(work, "checkout", "--quiet", "--detach");
        shell.git(work, "branch", "--delete", "--force", "main");
        shell.gitWithInput(work, references.toString(), "update-ref", "--stdin");

        shell.git(work, "push", "--quiet", "--atomic", gateway.url("a.git"), "refs/heads/*:refs/heads/*");

        assertThat(Said.by(proxy)).containsExactlyElementsOf(atomicPush(changes));
    }

    /// Packed references make git clean up first, by a transaction on which nobody votes.
    @ParameterizedTest(name = "packed: {0}")
    @ValueSource(booleans = {false, true})
    void aDeletionIsOneChange(boolean packed) {
        push("main", "main:refs/heads/gone");
        proxy.forgetVotes();
        if (packed) {
            shell.git(node.directory().resolve("a.git"), "pack-refs", "--all");
        }

        push(":gone");

        assertThat(Said.by(proxy)).containsExactlyElementsOf(votes(two + " " + ZEROS + " refs/heads/gone\n"));
        assertThat(reference("refs/heads/gone")).isEmpty();
    }

    @Test
    void aForcedUpdateIsVotedOnWithBothValues() {
        push("main");
        proxy.forgetVotes();

        shell.git(work, "push", "--quiet", "--force", gateway.url("a.git"), "main~1:main");

        assertThat(Said.by(proxy)).containsExactlyElementsOf(votes(two + " " + one + " refs/heads/main\n"));
    }

    @Test
    void aPushThatChangesNothingHasItsLastVote() {
        push("main");
        proxy.forgetVotes();
        shell.git(work, "reset", "--quiet", "--hard", "HEAD~1");
        shell.git(node.directory().resolve("a.git"), "config", "receive.denyNonFastForwards", "true");

        shell.tryGit(work, "push", "--force", gateway.url("a.git"), "main");

        assertThat(Said.by(proxy)).startsWith(Said.hook("pre-receive")).endsWith(Said.end()).doesNotContain(Said.hook("post-receive"));
        assertThat(reference("refs/heads/main")).isEqualTo(two);
    }

    /// The vote before the change is the third.
    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"ABORT", "STOP", "FAIL"})
    void withoutPermissionTheReferenceStaysAndThePushFails(Answer answer) {
        push("main");
        proxy.forgetVotes();
        shell.commit(work, "later", "later\n");
        proxy.answers(Answer.COMMIT, Answer.COMMIT, answer);

        var push = shell.tryGit(work, "push", gateway.url("a.git"), "main");

        assertThat(push.exitCode()).isNotZero();
        assertThat(push.output()).contains("RPC failed"); // receive-pack dies, without a report
        assertThat(reference("refs/heads/main")).isEqualTo(two);
        assertThat(Said.by(proxy)).hasSize(3);
    }

    @Test
    void aVoteAgainstWhatIsWrittenLeavesItWritten() {
        proxy.answers(Answer.COMMIT, Answer.COMMIT, Answer.COMMIT, Answer.ABORT);

        push("main");

        assertThat(reference("refs/heads/main")).isEqualTo(two);
        assertThat(Said.by(proxy)).hasSize(6);
    }

    @Test
    void aPushFailsWithoutItsLastVote() {
        proxy.answers(Answer.COMMIT, Answer.COMMIT, Answer.COMMIT, Answer.COMMIT, Answer.COMMIT, Answer.ABORT);

        var push = shell.tryGit(work, "push", gateway.url("a.git"), "main");

        assertThat(push.exitCode()).isNotZero(); // the answer breaks off after the report
        assertThat(reference("refs/heads/main")).isEqualTo(two);
    }

    /// The primary's hook refused, so the secondaries hear STOP when they come to the end of theirs.
    @Test
    void aStoppedTransactionIsADeclinedPushAndNoFailure() throws IOException {
        restart(VoteRules.standard(), false);
        proxy.answers(Answer.STOP, Answer.STOP);

        var push = shell.tryGit(work, "push", gateway.url("a.git"), "main");

        assertThat(push.output()).contains("pre-receive hook declined").doesNotContain("RPC failed");
        assertThat(Said.by(proxy)).containsExactly(Said.hook("pre-receive"), Said.end());
        assertThat(proxy.stops()).isEmpty();
        assertThat(reference("refs/heads/main")).isEmpty();
    }

    @Test
    void aPrimaryThatRejectsPushesStopsTheTransaction() throws IOException {
        restart(VoteRules.standard().rejectingPushes(true), true);
        proxy.answers(Answer.STOP);

        var push = shell.tryGit(work, "push", gateway.url("a.git"), "main");

        assertThat(push.output())
                .contains("remote: this node rejects pushes", "pre-receive hook declined")
                .doesNotContain("RPC failed");
        assertThat(proxy.stops()).singleElement().satisfies(stop -> assertThat(
                        Long.toUnsignedString(stop.getTransactionId()))
                .isEqualTo(FakeProxy.TRANSACTION));
        assertThat(Said.by(proxy)).containsExactly(Said.end());
        assertThat(reference("refs/heads/main")).isEmpty();
    }

    @Test
    void aSecondaryThatRejectsPushesLeavesItToThePrimary() throws IOException {
        restart(VoteRules.standard().rejectingPushes(true), false);

        push("main");

        assertThat(proxy.stops()).isEmpty();
        assertThat(Said.by(proxy)).hasSize(6);
    }

    @Test
    void aPushWithoutTransactionVotesOnNothing() throws IOException {
        try (var plain = ChannelGateway.start(
                "gitaly-1", proxy.channelWithoutTransaction(), proxy.channelWithoutTransaction())) {
            shell.git(work, "push", "--quiet", plain.url("a.git"), "main");
        }

        assertThat(proxy.votes()).isEmpty();
        assertThat(reference("refs/heads/main")).isEqualTo(two);
    }

    private void push(String... references) {
        var arguments = new ArrayList<>(List.of("push", "--quiet", gateway.url("a.git")));
        arguments.addAll(List.of(references));
        shell.git(work, arguments.toArray(String[]::new));
    }

    /// The votes of a push whose changes are transactions of their own.
    private static List<String> votes(String... changes) {
        var votes = new ArrayList<>(List.of(Said.hook("pre-receive")));
        for (var change : changes) {
            votes.addAll(List.of(Said.hook("update"), Said.prepared(change), Said.committed(change)));
        }
        votes.addAll(List.of(Said.hook("post-receive"), Said.end()));
        return votes;
    }

    /// The votes of a push whose changes are one transaction.
    private static List<String> atomicPush(List<String> changes) {
        var votes = new ArrayList<>(List.of(Said.hook("pre-receive")));
        changes.forEach(_ -> votes.add(Said.hook("update")));
        var all = String.join("", changes);
        votes.addAll(List.of(Said.prepared(all), Said.committed(all), Said.hook("post-receive"), Said.end()));
        return votes;
    }

    /// Empty if there is none.
    private String reference(String name) {
        return shell.tryGit(node.directory().resolve("a.git"), "rev-parse", "--verify", "--quiet", name)
                .output()
                .strip();
    }
}
