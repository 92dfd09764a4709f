package io.quaestor.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.quaestor.messages.CalculateChecksumRequest;
import io.quaestor.messages.CreateRepositoryRequest;
import io.quaestor.messages.FindDefaultBranchNameRequest;
import io.quaestor.messages.ObjectFormat;
import io.quaestor.messages.RefServiceGrpc;
import io.quaestor.messages.ReplicateRepositoryRequest;
import io.quaestor.messages.Repository;
import io.quaestor.messages.RepositoryServiceGrpc;
import io.quaestor.messages.WriteRefRequest;
import io.quaestor.sandbox.rpc.BearerToken;
import io.quaestor.sandbox.rpc.Peer;
import io.quaestor.sandbox.rpc.Wire;
import io.quaestor.sandbox.support.NodeProcess;
import io.quaestor.sandbox.support.Shell;
import io.quaestor.sandbox.support.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two node processes; the second one makes itself like the first.
class ReplicationTest {

    @TempDir
    Path directory;

    Shell shell;
    Wire wire;
    NodeProcess source;
    NodeProcess target;
    Peer sourcePeer;
    Peer targetPeer;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        shell = new Shell(directory);
        wire = Wire.create(InstantSource.system(), TestNode.THREADS);
        source = NodeProcess.start("gitaly-1", directory.resolve("one"));
        target = NodeProcess.start("gitaly-2", directory.resolve("two"));
        sourcePeer = wire.dial(source.address(), new BearerToken(TestNode.TOKEN));
        targetPeer = wire.dial(target.address(), new BearerToken(TestNode.TOKEN));
    }

    @AfterEach
    void stop() throws InterruptedException {
        sourcePeer.close();
        targetPeer.close();
        source.stop();
        target.stop();
        wire.close();
    }

    @Test
    void replicaFollowsEveryKindOfChange() {
        create("a.git", ObjectFormat.OBJECT_FORMAT_SHA1);
        var one = commit("a.git", "one");
        write("a.git", "refs/heads/trunk", one);
        write("a.git", "refs/heads/gone", one);
        write("a.git", "refs/heads/folder", one);
        write("a.git", "refs/merge-requests/1/head", one);
        write("a.git", "HEAD", "refs/heads/trunk");

        replicate("a.git");
        assertThat(checksum(targetPeer, "gitaly-2")).isEqualTo(checksum(sourcePeer, "gitaly-1"));
        assertThat(head(targetPeer, "gitaly-2")).isEqualTo("refs/heads/trunk");

        var two = commit("a.git", "two");
        write("a.git", "refs/heads/trunk", two); // not a descendant: forced
        write("a.git", "refs/heads/gone", "0".repeat(40));
        write("a.git", "refs/heads/folder", "0".repeat(40));
        write("a.git", "refs/heads/folder/file", two); // takes the place of a reference
        write("a.git", "HEAD", "refs/heads/unborn");
        replicate("a.git");

        assertThat(checksum(targetPeer, "gitaly-2")).isEqualTo(checksum(sourcePeer, "gitaly-1"));
        assertThat(head(targetPeer, "gitaly-2")).isEqualTo("refs/heads/unborn");
        assertThat(shell.git(directory.resolve("two/a.git"), "for-each-ref"))
                .isEqualTo(shell.git(directory.resolve("one/a.git"), "for-each-ref"));
        shell.git(directory.resolve("two/a.git"), "fsck", "--strict");
    }

    @Test
    void emptyRepositoryAndOtherObjectFormatAreReplicated() {
        create("a.git", ObjectFormat.OBJECT_FORMAT_SHA256);

        replicate("a.git");

        assertThat(shell.git(directory.resolve("two/a.git"), "rev-parse", "--show-object-format")).isEqualTo("sha256");
    }

    @Test
    void missingSourceIsInvalidAndMakesNothing() {
        assertThatThrownBy(() -> replicate("a.git")).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(e.getStatus().getDescription()).isEqualTo("invalid source repository");
        });
        assertThat(directory.resolve("two/a.git")).doesNotExist();
    }

    @Test
    void unreachableSourceIsUnavailable() throws InterruptedException {
        create("a.git", ObjectFormat.OBJECT_FORMAT_SHA1);
        source.stop();

        assertThatThrownBy(() -> replicate("a.git"))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    /// The target dies while a large repository arrives; after its return the same request succeeds.
    @Test
    void killInTheMiddleLeavesNothingThatIsInTheWay() throws Exception {
        create("a.git", ObjectFormat.OBJECT_FORMAT_SHA1);
        var work = shell.workingCopy("work", 1);
        shell.commitNoise(work, "noise", 10, 11);
        shell.git(work, "push", "--quiet", directory.resolve("one/a.git").toString(), "main");

        var attempt = Thread.ofVirtual().start(() -> {
            try {
                replicate("a.git");
            } catch (StatusRuntimeException e) {
                // the target is killed
            }
        });
        awaitFile(directory.resolve("two").resolve(Storage.SCRATCH), "tmp_pack", "tmp_obj"); // the pack or an object
        target.kill();
        attempt.join();
        assertThat(directory.resolve("two/a.git")).doesNotExist();
        targetPeer.close();
        target = NodeProcess.start("gitaly-2", directory.resolve("two"));
        targetPeer = wire.dial(target.address(), new BearerToken(TestNode.TOKEN));
        replicate("a.git");

        assertThat(checksum(targetPeer, "gitaly-2")).isEqualTo(checksum(sourcePeer, "gitaly-1"));
    }

    private static void awaitFile(Path tree, String... parts) throws IOException {
        var end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() < end) {
            try (var files = Files.walk(tree)) {
                if (files.anyMatch(file -> List.of(parts).stream().anyMatch(file.toString()::contains))) {
                    return;
                }
            } catch (UncheckedIOException e) {
                // files come and go
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("no " + List.of(parts) + " in " + tree);
    }

    private void replicate(String path) {
        var servers = "{\"gitaly-1\":{\"address\":\"" + source.address() + "\",\"token\":\"" + TestNode.TOKEN + "\"}}";
        var metadata = new Metadata();
        metadata.put(
                Metadata.Key.of(SourceServers.KEY, Metadata.ASCII_STRING_MARSHALLER),
                Base64.getEncoder().encodeToString(servers.getBytes(StandardCharsets.UTF_8)));
        RepositoryServiceGrpc.newBlockingStub(targetPeer.channel())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .withDeadlineAfter(Duration.ofSeconds(60))
                .replicateRepository(ReplicateRepositoryRequest.newBuilder()
                        .setSource(repository("gitaly-1", path))
                        .setRepository(repository("gitaly-2", path))
                        .build());
    }

    private void create(String path, ObjectFormat format) {
        RepositoryServiceGrpc.newBlockingStub(sourcePeer.channel())
                .createRepository(CreateRepositoryRequest.newBuilder()
                        .setRepository(repository("gitaly-1", path))
                        .setObjectFormat(format)
                        .build());
    }

    private void write(String path, String reference, String revision) {
        RepositoryServiceGrpc.newBlockingStub(sourcePeer.channel())
                .writeRef(WriteRefRequest.newBuilder()
                        .setRepository(repository("gitaly-1", path))
                        .setRef(ByteString.copyFromUtf8(reference))
                        .setRevision(ByteString.copyFromUtf8(revision))
                        .build());
    }

    private String commit(String path, String message) {
        var repository = directory.resolve("one").resolve(path);
        return shell.git(repository, "commit-tree", "-m", message, shell.git(repository, "write-tree"));
    }

    private static String checksum(Peer peer, String storage) {
        return RepositoryServiceGrpc.newBlockingStub(peer.channel())
                .calculateChecksum(CalculateChecksumRequest.newBuilder()
                        .setRepository(repository(storage, "a.git"))
                        .build())
                .getChecksum();
    }

    private static String head(Peer peer, String storage) {
        return RefServiceGrpc.newBlockingStub(peer.channel())
                .findDefaultBranchName(FindDefaultBranchNameRequest.newBuilder()
                        .setRepository(repository(storage, "a.git"))
                        .setHeadOnly(true)
                        .build())
                .getName()
                .toStringUtf8();
    }

    private static Repository repository(String storage, String path) {
        return Repository.newBuilder().setStorageName(storage).setRelativePath(path).build();
    }
}
