package io.quaestor.sandbox.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A running git.
///
/// Reading and writing its pipes blocks and cannot be interrupted; [#kill] ends it from another thread, after which
/// reads see the end and writes fail.
public final class GitProcess implements AutoCloseable {

    private static final int STDERR_KEPT = 8192;

    /// Git tidies up its temporary files on SIGTERM; whoever has not gone by then is killed.
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final String subCommand;
    private final Process process;
    private final Runnable ended;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch stderrDrained = new CountDownLatch(1);
    private volatile String stderr = "";

    GitProcess(String subCommand, Process process, ThreadFactory threads, Runnable ended) {
        this.subCommand = subCommand;
        this.process = process;
        this.ended = ended;
        threads.newThread(this::drainStderr).start();
    }

    public OutputStream stdin() {
        return process.getOutputStream();
    }

    public InputStream stdout() {
        return process.getInputStream();
    }

    /// The last of what it wrote to its error output; complete once the process has ended.
    public String stderr() {
        return stderr.strip();
    }

    /// Waits for the end.
    ///
    /// @return the exit code; 128 + n after death by signal n
    public int await() throws InterruptedException {
        var exitCode = process.waitFor();
        // a grandchild may keep the pipe open; the text is only for people, so the wait for it is short
        var _ = stderrDrained.await(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        return exitCode;
    }

    /// Waits for the end.
    ///
    /// @throws GitException if the exit code is not 0
    public void awaitSuccess() throws GitException, InterruptedException {
        var exitCode = await();
        if (exitCode != 0) {
            throw failure(exitCode);
        }
    }

    public GitException failure(int exitCode) {
        return new GitException(subCommand, exitCode, stderr());
    }

    /// Ends it and its children: SIGTERM, and SIGKILL for those that are still there after two seconds. Does not wait.
    public void kill() {
        var family = process.descendants().toList();
        process.destroy();
        family.forEach(ProcessHandle::destroy);
        CompletableFuture.delayedExecutor(GRACE.toMillis(), TimeUnit.MILLISECONDS).execute(() -> {
            process.destroyForcibly();
            family.forEach(ProcessHandle::destroyForcibly);
        });
    }

    /// Kills it if it still runs after a time.
    public void killAfter(Duration limit) {
        var timer = CompletableFuture.runAsync(
                this::kill, CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
        process.onExit().thenRun(() -> timer.cancel(false));
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (process.isAlive()) {
            kill();
        }
        process.onExit().thenRun(ended); // the turn is free when the process is gone, not when we stopped waiting
    }

    private void drainStderr() {
        var buffer = new byte[1024];
        try (var in = process.getErrorStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                var all = stderr + new String(buffer, 0, n, StandardCharsets.UTF_8);
                stderr = all.substring(Math.max(0, all.length() - STDERR_KEPT));
            }
        } catch (IOException e) {
            // the process is gone; what was read stays
        } finally {
            stderrDrained.countDown();
        }
    }
}
