package io.quaestor.sandbox.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.sandbox.rpc.BearerToken;
import io.quaestor.sandbox.rpc.Wire;
import io.quaestor.sandbox.support.NodeProcess;
import io.quaestor.sandbox.support.Shell;
import io.quaestor.sandbox.support.TestNode;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that go away, and a server that dies, in the middle of a large transfer.
class BrokenTransfersTest {

    @TempDir
    Path directory;

    Shell shell;
    Wire wire;
    NodeProcess node;
    Gateway gateway;
    Path work;

    @BeforeEach
    void start() throws IOException {
        shell = new Shell(directory);
        wire = Wire.create(InstantSource.system(), TestNode.THREADS);
        node = NodeProcess.start("default", directory.resolve("storage"));
        gateway = Gateway.start(
                new GatewayConfig(0, node.address(), new BearerToken(TestNode.TOKEN), "default"),
                wire,
                TestNode.THREADS);
        work = shell.workingCopy("work", 1);
        shell.commitNoise(work, "noise", 24, 5); // more than sockets, windows and pipes hold together
        shell.git(directory, "clone", "--quiet", "--bare", work.toString(), directory.resolve("storage/a.git").toString());
    }

    @AfterEach
    void stop() throws InterruptedException {
        gateway.close();
        wire.close();
        node.stop();
    }

    @Test
    void clientThatGoesAwayEndsItsUploadPack() throws Exception {
        List<ProcessHandle> processes;
        try (var client = new Socket("127.0.0.1", gateway.port())) {
            send(client, "git-upload-pack", packet("command=fetch") + "0001"
                    + packet("want " + shell.git(work, "rev-parse", "HEAD")) + packet("done") + "0000");
            assertThat(client.getInputStream().readNBytes(200_000)).hasSize(200_000);
            processes = gits("upload-pack");
        }

        assertThat(processes).isNotEmpty();
        awaitEnd(processes);
    }

    @Test
    void pushThatBreaksOffChangesNothing() throws Exception {
        var head = shell.git(work, "rev-parse", "HEAD");
        List<ProcessHandle> processes;
        try (var client = new Socket("127.0.0.1", gateway.port())) {
            send(client, "git-receive-pack", packet("0".repeat(40) + " " + head + " refs/heads/broken\0report-status")
                    + "0000PACK\0\0\0\2\0\0\0\1", false);
            processes = awaitGits("receive-pack");
        }

        awaitEnd(processes);
        assertThat(shell.git(directory, "ls-remote", url())).doesNotContain("broken");
    }

    @Test
    void cloneFailsWhenTheNodeDies() throws Exception {
        try (var client = new Socket("127.0.0.1", gateway.port())) {
            send(client, "git-upload-pack", packet("command=fetch") + "0001"
                    + packet("want " + shell.git(work, "rev-parse", "HEAD")) + packet("done") + "0000");
            assertThat(client.getInputStream().readNBytes(200_000)).hasSize(200_000);

            node.kill();
            var rest = client.getInputStream().readAllBytes();

            assertThat(new String(rest, Math.max(0, rest.length - 5), Math.min(5, rest.length), StandardCharsets.ISO_8859_1))
                    .isNotEqualTo("0\r\n\r\n"); // the last chunk would say that this was all
        } finally {
            node = NodeProcess.start("default", directory.resolve("storage"));
        }
    }

    private void send(Socket client, String service, String body) throws IOException {
        send(client, service, body, true);
    }

    private void send(Socket client, String service, String body, boolean whole) throws IOException {
        var bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        var request = "POST /a.git/" + service + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-" + service
                + "-request\r\nGit-Protocol: version=2\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(bytes.length) + "\r\n";
        client.setReceiveBufferSize(64 << 10);
        client.setSoTimeout(60_000);
        client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().write(bytes);
        client.getOutputStream().write((whole ? "\r\n0\r\n\r\n" : "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private List<ProcessHandle> awaitGits(String service) {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < end) {
            var found = gits(service);
            if (!found.isEmpty()) {
                return found;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("no " + service);
    }

    private List<ProcessHandle> gits(String service) {
        return ProcessHandle.of(node.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(process -> process.info().commandLine().orElse("").contains(service))
                .toList();
    }

    private static void awaitEnd(List<ProcessHandle> processes) throws Exception {
        for (var process : processes) {
            process.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    private static String packet(String line) {
        return String.format("%04x%s", line.length() + 4, line);
    }

    private String url() {
        return "http://127.0.0.1:" + gateway.port() + "/a.git";
    }
}
