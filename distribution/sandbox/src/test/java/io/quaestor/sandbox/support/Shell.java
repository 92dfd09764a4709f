package io.quaestor.sandbox.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// The user's own git, in a directory of the test, without any configuration of the machine.
public final class Shell {

    private final Path home;

    public Shell(Path home) {
        this.home = home;
    }

    /// How a program ended: exit code and both outputs.
    public record Result(int exitCode, String output) {}

    /// Runs git and expects it to succeed.
    public String git(Path directory, String... arguments) {
        var result = tryGit(directory, arguments);
        if (result.exitCode() != 0) {
            throw new AssertionError("git " + String.join(" ", arguments) + ": " + result);
        }
        return result.output().strip();
    }

    /// Runs git with an input and expects it to succeed.
    public void gitWithInput(Path directory, String input, String... arguments) throws IOException {
        var process = builder(directory, arguments).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new AssertionError("git " + String.join(" ", arguments) + ": " + output);
        }
    }

    public Result tryGit(Path directory, String... arguments) {
        try {
            var process = start(directory, arguments);
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("git hangs: " + String.join(" ", arguments));
            }
            return new Result(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public Process start(Path directory, String... arguments) throws IOException {
        var process = builder(directory, arguments).start();
        process.getOutputStream().close();
        return process;
    }

    private ProcessBuilder builder(Path directory, String... arguments) {
        var line = new ArrayList<>(List.of(
                "git", "-c", "user.name=Test", "-c", "user.email=test@example.invalid", "-c", "gc.auto=0"));
        line.addAll(List.of(arguments));
        var builder = new ProcessBuilder(line).directory(directory.toFile()).redirectErrorStream(true);
        var environment = builder.environment();
        environment.put("HOME", home.toString());
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("LC_ALL", "C");
        environment.remove("GIT_DIR");
        return builder;
    }

    /// A working copy with some commits on `main`.
    public Path workingCopy(String name, int commits) {
        var directory = home.resolve(name);
        git(home, "init", "--quiet", "--initial-branch=main", directory.toString());
        for (int i = 1; i <= commits; i++) {
            commit(directory, "file-" + i, "content " + i + "\n");
        }
        return directory;
    }

    public void commit(Path workingCopy, String file, String content) {
        try {
            Files.writeString(workingCopy.resolve(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        git(workingCopy, "add", "--all");
        git(workingCopy, "commit", "--quiet", "--message=" + file);
    }

    /// Adds a file that no compression makes smaller.
    public void commitNoise(Path workingCopy, String file, int megabytes, long seed) {
        var random = new Random(seed);
        var block = new byte[1 << 20];
        try (var out = Files.newOutputStream(workingCopy.resolve(file))) {
            for (int i = 0; i < megabytes; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        git(workingCopy, "-c", "core.compression=0", "add", file);
        git(workingCopy, "-c", "core.compression=0", "commit", "--quiet", "--message=" + file);
    }
}
