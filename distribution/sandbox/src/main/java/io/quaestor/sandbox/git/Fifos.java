package io.quaestor.sandbox.git;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Makes named pipes, several at a time: Java cannot, and starting a program costs more than the rest of a hook.
///
/// Thread-safe; blocks while a program runs.
final class Fifos {

    private static final int AT_A_TIME = 16;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path directory;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Path> ready = new ArrayDeque<>();
    private long made;

    /// @param directory where they lie until they are moved away; nobody else uses it
    Fifos(Path directory) {
        this.directory = directory;
    }

    /// A new named pipe, to be moved to where it belongs.
    Path take() throws IOException {
        lock.lock();
        try {
            if (ready.isEmpty()) {
                ready.addAll(make());
            }
            return ready.pop();
        } finally {
            lock.unlock();
        }
    }

    private List<Path> make() throws IOException {
        var paths = new ArrayList<Path>();
        var line = new ArrayList<>(List.of("mkfifo", "-m", "600"));
        for (int i = 0; i < AT_A_TIME; i++) {
            var path = directory.resolve(String.valueOf(made++));
            paths.add(path);
            line.add(path.toString());
        }
        var process = new ProcessBuilder(line).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("mkfifo failed: " + said.strip());
            }
            return paths;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while mkfifo ran");
        } finally {
            process.destroyForcibly();
        }
    }
}
