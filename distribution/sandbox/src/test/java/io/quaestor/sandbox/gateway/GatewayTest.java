package io.quaestor.sandbox.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.sandbox.rpc.BearerToken;
import io.quaestor.sandbox.rpc.Wire;
import io.quaestor.sandbox.support.Shell;
import io.quaestor.sandbox.support.TestNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The user's git against a gateway that asks one node directly.
class GatewayTest {

    @TempDir
    Path directory;

    Shell shell;
    Wire wire;
    TestNode node;
    Gateway gateway;

    @BeforeEach
    void start() throws IOException {
        shell = new Shell(directory);
        node = TestNode.start("default", directory.resolve("storage"));
        wire = Wire.create(InstantSource.system(), TestNode.THREADS);
        gateway = Gateway.start(
                new GatewayConfig(0, node.address(), new BearerToken(TestNode.TOKEN), "default"),
                wire,
                TestNode.THREADS);
    }

    @AfterEach
    void stop() {
        gateway.close();
        wire.close();
        node.close();
    }

    @ParameterizedTest(name = "protocol {0}")
    @ValueSource(strings = {"0", "1", "2"})
    void pushedRepositoryIsClonedAndFetchedAgain(String protocol) {
        var work = shell.workingCopy("work", 5);
        var version = "protocol.version=" + protocol;

        shell.git(work, "-c", version, "push", "--quiet", url("group/project.git"), "main");
        shell.git(directory, "-c", version, "clone", "--quiet", url("group/project"), "copy");
        shell.commit(work, "later", "later\n");
        shell.git(work, "-c", version, "push", "--quiet", url("group/project.git"), "main", "main:refs/tags/v1");
        shell.git(directory.resolve("copy"), "-c", version, "pull", "--quiet", "--tags");

        assertThat(head(directory.resolve("copy"))).isEqualTo(head(work));
        assertThat(shell.git(directory.resolve("copy"), "tag")).isEqualTo("v1");
        assertThat(node.directory().resolve("group/project.git/HEAD")).exists();
    }

    @ParameterizedTest(name = "protocol {0}")
    @ValueSource(strings = {"0", "2"})
    void shallowCloneIsDeepened(String protocol) {
        var work = shell.workingCopy("work", 5);
        var version = "protocol.version=" + protocol;
        shell.git(work, "push", "--quiet", url("a.git"), "main");

        shell.git(directory, "-c", version, "clone", "--quiet", "--depth=1", url("a.git"), "copy");
        var copy = directory.resolve("copy");
        assertThat(commits(copy)).isEqualTo(1);
        shell.git(copy, "-c", version, "fetch", "--quiet", "--depth=3");
        assertThat(commits(copy)).isEqualTo(3);
        shell.git(copy, "-c", version, "fetch", "--quiet", "--unshallow");
        assertThat(commits(copy)).isEqualTo(5);
    }

    @Test
    void partialCloneFetchesContentsWhenTheyAreNeeded() {
        var work = shell.workingCopy("work", 3);
        shell.git(work, "push", "--quiet", url("a.git"), "main");

        shell.git(directory, "clone", "--quiet", "--filter=blob:none", "--no-checkout", url("a.git"), "copy");
        var copy = directory.resolve("copy");
        assertThat(shell.git(copy, "rev-list", "--objects", "--missing=print", "main").lines().filter(l -> l.startsWith("?")))
                .hasSize(3);
        shell.git(copy, "checkout", "--quiet", "main");

        assertThat(copy.resolve("file-1")).hasContent("content 1");
    }

    @Test
    void referencesAreDeletedAndForcedAndTwoPushedAtomically() {
        var work = shell.workingCopy("work", 2);
        shell.git(work, "push", "--quiet", url("a.git"), "main", "main:refs/heads/other");

        shell.git(work, "push", "--quiet", url("a.git"), ":other");
        shell.git(work, "push", "--quiet", "--force", url("a.git"), "main~1:main");
        shell.git(work, "push", "--quiet", "--atomic", url("a.git"), "main:refs/heads/x", "main:refs/heads/y");

        assertThat(shell.git(directory, "ls-remote", "--heads", url("a.git")).lines().map(l -> l.replaceAll(".*\t", "")))
                .containsExactly("refs/heads/main", "refs/heads/x", "refs/heads/y");
    }

    @Test
    void rejectedReferenceIsReportedToTheUser() {
        var work = shell.workingCopy("work", 2);
        shell.git(work, "push", "--quiet", url("a.git"), "main");
        shell.git(work, "reset", "--quiet", "--hard", "HEAD~1");
        shell.commit(work, "other", "other\n");

        var push = shell.tryGit(work, "push", url("a.git"), "main");

        assertThat(push.exitCode()).isNotZero();
        assertThat(push.output()).contains("rejected");
    }

    /// More than any buffer on the way holds, in one piece (chunked request) and back.
    @Test
    void largePackGoesBothWays() throws IOException {
        var work = shell.workingCopy("work", 1);
        shell.commitNoise(work, "noise", 24, 7);

        shell.git(work, "push", "--quiet", url("large.git"), "main");
        shell.git(directory, "clone", "--quiet", url("large.git"), "copy");

        assertThat(Files.mismatch(work.resolve("noise"), directory.resolve("copy/noise"))).isEqualTo(-1);
    }

    @Test
    void manyBranchesMakeACompressedNegotiation() {
        var work = shell.workingCopy("work", 1);
        shell.git(work, "push", "--quiet", url("a.git"), "main");
        shell.git(directory, "clone", "--quiet", url("a.git"), "copy");
        for (int i = 0; i < 60; i++) { // git compresses requests of more than 1,024 bytes
            shell.commit(directory.resolve("copy"), "mine-" + i, "mine\n");
        }
        shell.commit(work, "theirs", "theirs\n");
        shell.git(work, "push", "--quiet", url("a.git"), "main");

        shell.git(directory.resolve("copy"), "-c", "protocol.version=0", "fetch", "--quiet");

        assertThat(shell.git(directory.resolve("copy"), "rev-parse", "origin/main")).isEqualTo(head(work));
    }

    @Test
    void fetchOfAnUnknownNameIsNotFoundAndCreatesNothing() throws IOException {
        var clone = shell.tryGit(directory, "clone", url("missing.git"), "copy");

        assertThat(clone.exitCode()).isNotZero();
        assertThat(clone.output()).contains("not found");
        assertThat(node.directory().resolve("missing.git")).doesNotExist();
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "/../etc.git/info/refs?service=git-upload-pack,           400",
        "/a/%2e%2e/%2e%2e/x.git/info/refs?service=git-upload-pack, 400",
        "/a%00b.git/info/refs?service=git-upload-pack,            400",
        "/a//b.git/info/refs?service=git-upload-pack,             400",
        "//a/b.git/info/refs?service=git-receive-pack,            400",
        "/a.git/b.git/info/refs?service=git-receive-pack,         400",
        "/.git/info/refs?service=git-upload-pack,                 400",
        "/+sandbox/x.git/info/refs?service=git-upload-pack,       400",
        "/a%5Cb.git/info/refs?service=git-upload-pack,            400",
        "/a.git/info/refs,                                        403",
        "/a.git/info/refs?service=git-shell,                      403",
        "/a.git/HEAD,                                             404",
        "/,                                                       404",
        "/a.git/git-upload-pack,                                  405",
    })
    void addressesThatAreNoneAreRefusedWithAText(String path, int status) throws IOException {
        var answer = raw("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("text/plain");
    }

    @Test
    void pagesOfOtherHostsAreRefused() throws IOException {
        var answer = raw("GET /a.git/info/refs?service=git-upload-pack HTTP/1.1\r\nHost: evil.example\r\n"
                + "Connection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void brokenCompressionIsTheClientsFault() throws Exception {
        shell.git(shell.workingCopy("work", 1), "push", "--quiet", url("a.git"), "main");

        var broken = post("a.git/git-upload-pack", "not gzip".getBytes(StandardCharsets.UTF_8), "gzip");

        assertThat(broken.statusCode()).isEqualTo(400);
    }

    @Test
    void compressedCommandListsReferences() throws Exception {
        var work = shell.workingCopy("work", 1);
        shell.git(work, "push", "--quiet", url("a.git"), "main");
        var body = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(body)) {
            gzip.write("0014command=ls-refs\n00010000".getBytes(StandardCharsets.UTF_8));
        }

        var answer = post("a.git/git-upload-pack", body.toByteArray(), "gzip");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(head(work) + " refs/heads/main");
    }

    @Test
    void stoppedServerIsUnavailableUntilItIsBack() throws Exception {
        var work = shell.workingCopy("work", 1);
        shell.git(work, "push", "--quiet", url("a.git"), "main");
        var port = node.port();
        node.close();

        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url("a.git/info/refs?service=git-upload-pack"))).build(),
                        BodyHandlers.ofString());
        var fetch = post("a.git/git-upload-pack", "0000".getBytes(StandardCharsets.UTF_8), "identity");
        node = TestNode.start("default", directory.resolve("storage"), port);
        var references = shell.git(directory, "ls-remote", url("a.git"));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(fetch.statusCode()).isEqualTo(503);
        assertThat(references).contains(head(work));
    }

    private HttpResponse<String> post(String path, byte[] body, String encoding) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url(path)))
                                .header("Content-Type", "application/x-git-upload-pack-request")
                                .header("Content-Encoding", encoding)
                                .header("Git-Protocol", "version=2")
                                .POST(BodyPublishers.ofByteArray(body))
                                .build(),
                        BodyHandlers.ofString());
    }

    private String raw(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", gateway.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String url(String path) {
        return "http://127.0.0.1:" + gateway.port() + "/" + path;
    }

    private String head(Path workingCopy) {
        return shell.git(workingCopy, "rev-parse", "HEAD");
    }

    private int commits(Path workingCopy) {
        return Integer.parseInt(shell.git(workingCopy, "rev-list", "--count", "HEAD", "--"));
    }
}
