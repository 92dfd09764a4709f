package io.quaestor.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.sandbox.support.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The whole program as a user sees it.
class SupervisorTest {

    @TempDir
    Path directory;

    @Test
    void livesFromFirstPushToRestart() throws Exception {
        var shell = new Shell(directory);
        var work = shell.workingCopy("work", 2);

        var first = SandboxProcess.start(directory, "--nodes", "2");
        var gateway = first.await("gateway: ").substring("gateway: ".length());
        assertThat(first.await("node gitaly-1: ")).endsWith("data/nodes/gitaly-1");
        assertThat(first.await("node gitaly-2: ")).endsWith("data/nodes/gitaly-2");
        first.await(line -> line.contains("status, stop"));
        shell.git(work, "push", "--quiet", gateway + "hello.git", "main");

        // from the keyboard, and from another shell
        first.type("kill gitaly-2");
        first.await("gitaly-2 killed");
        assertThat(remote("status")).containsPattern("gitaly-1 +running +pid \\d+").containsPattern("gitaly-2 +killed");
        assertThat(remote("revive", "gitaly-2")).contains("gitaly-2 is back");
        assertThat(remote("freeze", "gitaly-1")).contains("gitaly-1 frozen");
        assertThat(remote("freeze", "gitaly-1")).contains("gitaly-1 is frozen, not running");
        assertThat(remote("revive", "gitaly-1")).contains("gitaly-1 is back");
        assertThat(remote("stop", "proxy")).contains("proxy stopped");
        assertThat(remote("revive", "proxy")).contains("proxy is back");
        assertThat(remote("kill", "gitaly-9")).contains("there is no gitaly-9");
        var second = SandboxProcess.start(directory);
        assertThat(second.await("sandbox: ")).contains("a sandbox is already running with ");
        assertThat(second.awaitEnd()).isEqualTo(1);
        var pids = pids();
        first.terminate();
        first.awaitEnd();
        assertGone(pids);

        var again = SandboxProcess.start(directory);
        assertThat(again.await("gateway: ")).isEqualTo("gateway: " + gateway);
        again.await(line -> line.contains("status, stop"));
        shell.git(directory, "clone", "--quiet", gateway + "hello.git", "copy");
        assertThat(directory.resolve("copy/file-2")).exists();
        var killedPids = pids();
        ProcessHandle.of(killedPids.getFirst()).orElseThrow().destroyForcibly();
        assertThat(again.await(line -> line.contains(" died, exit code "))).contains("exit code 137");
        again.kill();
        again.awaitEnd();
        assertGone(killedPids);
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--nodes=0     | --nodes takes a number from 1 to 20",
                "--nodes=21    | --nodes takes a number from 1 to 20",
                "--port=70000  | --port takes a number from 0 to 65535",
                "--nodes=three | Invalid value for option",
                "frobnicate    | there is no command \"frobnicate\"; there are freeze, kill, revive, status, stop",
            })
    void whatIsWrongIsSaidAndNothingIsStarted(String argument, String said) throws Exception {
        var sandbox = SandboxProcess.start(directory, argument);

        sandbox.await(said);

        assertThat(sandbox.awaitEnd()).isEqualTo(2);
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void proxyThatCannotStartIsShownWithItsLogAndNothingStaysBehind() throws Exception {
        var script = directory.resolve("bin/quaestor");
        Files.createDirectories(script.getParent());
        Files.writeString(script, "#!/bin/sh\necho the disk is full\nexit 3\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();

        var sandbox = SandboxProcess.start(directory, "--nodes", "1");

        assertThat(sandbox.await("sandbox: ")).contains("proxy ended while it was starting");
        assertThat(sandbox.await(line -> line.contains("full"))).contains("the disk is full");
        assertThat(sandbox.awaitEnd()).isEqualTo(1);
        assertGone(pids());
    }

    @Test
    void commandWithoutASandboxSaysSo() throws Exception {
        assertThat(remote("status")).contains("no sandbox is running with ");
    }

    private String remote(String... words) throws IOException, InterruptedException {
        var command = SandboxProcess.start(directory, words);
        command.awaitEnd();
        return command.rest();
    }

    /// Ids of nodes and proxy.
    private List<Long> pids() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("data/run"))) {
            var pids = new ArrayList<Long>();
            for (var file : files.sorted().toList()) {
                pids.add(Long.parseLong(Files.readString(file).strip()));
            }
            return pids;
        }
    }

    private static void assertGone(List<Long> pids) throws Exception {
        for (var pid : pids) {
            var process = ProcessHandle.of(pid);
            if (process.isPresent()) {
                process.get().onExit().get(60, TimeUnit.SECONDS);
            }
        }
    }
}
