package io.quaestor.sandbox.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/// Starts git, hermetic: no configuration of the machine or of a user, no language, no proxy, no prompt reaches it.
///
/// Thread-safe. At most [#LIMIT] processes run at a time; who waits longer than [#PATIENCE] for a turn is refused.
public final class Git {

    /// Each process occupies up to three blocked threads, and the carriers that the JDK adds for them end at 256.
    static final int LIMIT = 64;

    static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Time for a short command that answers a question or changes a reference.
    private static final Duration SHORT = Duration.ofMinutes(2);

    /// More than any short command says about repositories of a sandbox.
    private static final int OUTPUT_LIMIT = 256 << 20;

    private static final List<String> CONFIG = List.of(
            "safe.directory=*",
            "gc.auto=0",
            "maintenance.auto=0",
            "transfer.unpackLimit=1", // packs stay as they came, so that a copy need not compress them again
            "core.autocrlf=false",
            "core.fsync=objects,derived-metadata,reference", // an answered write survives a power loss, as with Gitaly
            "core.fsyncMethod=fsync",
            "core.useReplaceRefs=false",
            "init.defaultBranch=main",
            "advice.fetchShowForcedUpdates=false");

    private final Path home;
    private final Path hooks;
    private final ThreadFactory threads;
    private final Semaphore turns = new Semaphore(LIMIT);

    /// @param home    an existing directory that git takes for the user's home
    /// @param hooks   the only place where git looks for hooks
    /// @param threads makes the threads that drain the processes' error output
    public Git(Path home, Path hooks, ThreadFactory threads) {
        this.home = home;
        this.hooks = hooks;
        this.threads = threads;
    }

    /// Starts a process. The caller closes it, which kills it if it still runs.
    ///
    /// @throws GitBusyException if too many run already
    public GitProcess start(GitCommand command) throws IOException, InterruptedException {
        if (!turns.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new GitBusyException(LIMIT);
        }
        try {
            return new GitProcess(command.arguments().getFirst(), builder(command).start(), threads, turns::release);
        } catch (IOException | RuntimeException e) {
            turns.release();
            throw e;
        }
    }

    /// Runs a short command without input and returns what it wrote.
    ///
    /// @throws GitException if it ends with another exit code than 0
    public String run(GitCommand command) throws IOException, InterruptedException {
        var result = finish(command);
        if (result.exitCode() != 0) {
            throw new GitException(command.arguments().getFirst(), result.exitCode(), result.stderr());
        }
        return result.stdout();
    }

    /// Runs a short command whose exit code is an answer.
    public GitResult finish(GitCommand command) throws IOException, InterruptedException {
        return finish(command, new byte[0], SHORT);
    }

    /// Runs a command with a little input, for at most a time.
    ///
    /// @param input written to its standard input; must fit into a pipe's buffer (4 KiB)
    public GitResult finish(GitCommand command, byte[] input, Duration limit)
            throws IOException, InterruptedException {
        try (var process = start(command)) {
            process.killAfter(limit);
            try (var stdin = process.stdin()) {
                stdin.write(input);
            } catch (IOException e) {
                // it ended before it read everything; its exit code says why
            }
            var stdout = process.stdout().readNBytes(OUTPUT_LIMIT);
            var exitCode = process.await();
            return new GitResult(exitCode, new String(stdout, StandardCharsets.ISO_8859_1), process.stderr());
        }
    }

    private ProcessBuilder builder(GitCommand command) {
        var line = new ArrayList<String>();
        line.add("git");
        for (var entry : CONFIG) {
            line.add("-c");
            line.add(entry);
        }
        line.add("-c");
        line.add("core.hooksPath=" + hooks);
        for (var entry : command.config()) {
            line.add("-c");
            line.add(entry);
        }
        line.addAll(command.arguments());
        var builder = new ProcessBuilder(line).directory(home.toFile());
        var environment = builder.environment();
        var path = environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.clear();
        environment.put("PATH", path);
        environment.put("HOME", home.toString());
        environment.put("XDG_CONFIG_HOME", home.toString());
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("GIT_ATTR_NOSYSTEM", "1");
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("LC_ALL", "C");
        environment.put("TZ", "UTC");
        environment.putAll(command.environment());
        return builder;
    }
}
