package io.quaestor.sandbox.smarthttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.quaestor.sandbox.rpc.CallFailedException;
import io.quaestor.sandbox.support.Shell;
import io.quaestor.sandbox.support.TestNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The real git against answers that are complete to the last byte, but whose call failed after that byte: it must not
/// take them for success (P1).
class TruncatedAnswerTest {

    @TempDir
    Path directory;

    Shell shell;
    Path work;
    Path bare;

    @BeforeEach
    void prepare() {
        shell = new Shell(directory);
        work = shell.workingCopy("work", 3);
        bare = directory.resolve("bare.git");
        shell.git(directory, "clone", "--quiet", "--bare", work.toString(), bare.toString());
    }

    @Test
    void whatSucceedsIsTaken() throws IOException {
        try (var server = start(List.of())) {
            shell.git(directory, "clone", "--quiet", url(server), "copy");
        }
    }

    @ParameterizedTest(name = "protocol {0}")
    @ValueSource(strings = {"0", "2"})
    void fetchWhoseCallFailedFails(String protocol) throws IOException {
        try (var server = start(List.of("git-upload-pack"))) {
            var clone = shell.tryGit(
                    directory, "-c", "protocol.version=" + protocol, "clone", "--quiet", url(server), "copy");

            assertThat(clone.exitCode()).isNotZero();
        }
    }

    @Test
    void pushWhoseCallFailedFails() throws IOException {
        try (var server = start(List.of("git-receive-pack"))) {
            var push = shell.tryGit(work, "push", url(server), "main:refs/heads/other");

            assertThat(push.exitCode()).isNotZero();
        }
    }

    @Test
    void advertisementWhoseCallFailedFails() throws IOException {
        try (var server = start(List.of("advertisement"))) {
            assertThat(shell.tryGit(directory, "ls-remote", url(server)).exitCode()).isNotZero();
        }
    }

    /// @param failing which answers end with an error after their last byte
    private SmartHttpServer start(List<String> failing) throws IOException {
        return SmartHttpServer.start(0, new LocalGit(bare, failing), TestNode.THREADS);
    }

    private static String url(SmartHttpServer server) {
        return "http://127.0.0.1:" + server.port() + "/a.git";
    }

    /// Serves a repository of this machine.
    private record LocalGit(Path repository, List<String> failing) implements GitBackend {

        @Override
        public void advertise(GitService service, RepositoryName name, String protocol, OutputStream out)
                throws IOException, InterruptedException {
            var line = "# service=" + service.wireName() + "\n";
            out.write(String.format("%04x%s0000", line.length() + 4, line).getBytes(StandardCharsets.US_ASCII));
            run(service, protocol, InputStream.nullInputStream(), out, "--http-backend-info-refs");
            end("advertisement");
        }

        @Override
        public void uploadPack(RepositoryName name, String protocol, InputStream in, OutputStream out)
                throws IOException, InterruptedException {
            run(GitService.UPLOAD_PACK, protocol, in, out);
            end(GitService.UPLOAD_PACK.wireName());
        }

        @Override
        public void receivePack(RepositoryName name, String protocol, InputStream in, OutputStream out)
                throws IOException, InterruptedException {
            run(GitService.RECEIVE_PACK, protocol, in, out);
            end(GitService.RECEIVE_PACK.wireName());
        }

        private void end(String call) throws IOException {
            if (failing.contains(call)) {
                throw new CallFailedException(Status.UNAVAILABLE.withDescription("the record could not be made"));
            }
        }

        private void run(GitService service, String protocol, InputStream in, OutputStream out, String... options)
                throws IOException, InterruptedException {
            var line = new ArrayList<>(List.of("git", service.wireName().replace("git-", ""), "--stateless-rpc"));
            line.addAll(List.of(options));
            line.add(repository.toString());
            var builder = new ProcessBuilder(line).redirectError(Redirect.DISCARD);
            builder.environment().put("GIT_PROTOCOL", protocol);
            var process = builder.start();
            try (var stdin = process.getOutputStream()) {
                in.transferTo(stdin);
            }
            process.getInputStream().transferTo(out);
            process.waitFor();
        }
    }
}
