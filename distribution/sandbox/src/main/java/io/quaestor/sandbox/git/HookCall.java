package io.quaestor.sandbox.git;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An open session: a directory in which hooks leave what git told them, and a named pipe with the answers.
final class HookCall implements HookSession {

    private static final Logger LOG = LoggerFactory.getLogger(HookCall.class);

    /// Lines that fit into a pipe in one piece.
    private static final int LONGEST_TEXT = 1000;

    private final Hooks hooks;
    private final Path directory;
    private final RandomAccessFile answers;
    private final HookHandler handler;
    private final ThreadFactory threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Thread> workers = new HashSet<>();
    private boolean closed;

    /// @param directory has a named pipe `answers`
    HookCall(Hooks hooks, Path directory, HookHandler handler, ThreadFactory threads) throws IOException {
        this.hooks = hooks;
        this.directory = directory;
        this.handler = handler;
        this.threads = threads;
        // for reading too, so that neither this nor a write waits for a hook; and no channel, which an interrupt closes
        this.answers = new RandomAccessFile(directory.resolve("answers").toFile(), "rw");
    }

    @Override
    public GitCommand on(GitCommand command) {
        return command.withConfig(List.of("core.hooksPath=" + hooks.scripts()))
                .withEnvironment("QUAESTOR_CALL", directory.toString())
                .withEnvironment("QUAESTOR_QUESTIONS", hooks.questions().toString());
    }

    /// A hook's process asks. Does not block.
    ///
    /// Git runs one hook at a time: if an earlier question is not answered yet, its hook has died.
    void asked(String pid, String hook, String state) {
        var question = new HookQuestion(hook, state, directory.resolve("input." + pid));
        var worker = threads.newThread(() -> work(pid, question));
        lock.lock();
        try {
            if (closed) {
                return;
            }
            workers.forEach(Thread::interrupt);
            workers.add(worker);
            worker.start();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            workers.forEach(Thread::interrupt);
        } finally {
            lock.unlock();
        }
        hooks.forget(directory.getFileName().toString());
        try {
            answers.close(); // a hook that still reads sees the end
            tidy();
        } catch (IOException e) {
            LOG.warn("removing {}: {}", directory, e.toString());
        }
    }

    private void work(String pid, HookQuestion question) {
        try {
            answer(pid + " " + verdict(question) + "\n");
        } catch (InterruptedException e) {
            LOG.debug("{}: nobody waits any more", question.hook());
        } catch (IOException e) {
            LOG.debug("{}: not answered: {}", question.hook(), e.toString());
        } finally {
            lock.lock();
            try {
                workers.remove(Thread.currentThread());
            } finally {
                lock.unlock();
            }
        }
    }

    private void answer(String line) throws IOException {
        lock.lock();
        try {
            if (!closed) {
                answers.write(line.getBytes(StandardCharsets.UTF_8)); // a pipe takes it at once
            }
        } finally {
            lock.unlock();
        }
    }

    /// Exit code of the hook, and a text.
    private String verdict(HookQuestion question) throws InterruptedException {
        try {
            return handler.asked(question).map(HookCall::refusal).orElse("0");
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} {}: {}", question.hook(), question.state(), e.toString());
            return refusal("the node failed");
        } finally {
            forgetInput(question);
        }
    }

    /// A push can have very many.
    private static void forgetInput(HookQuestion question) {
        try {
            Files.deleteIfExists(question.input());
        } catch (IOException e) {
            LOG.debug("it goes with the session: {}", e.toString());
        }
    }

    private static String refusal(String text) {
        var line = text.replaceAll("\\s+", " ");
        return "1 " + line.substring(0, Math.min(line.length(), LONGEST_TEXT));
    }

    /// Renamed first, so that a hook which is about to leave something finds no place for it.
    private void tidy() throws IOException {
        var grave = directory.resolveSibling(directory.getFileName() + ".ended");
        Files.move(directory, grave, StandardCopyOption.ATOMIC_MOVE);
        try (var left = Files.newDirectoryStream(grave)) {
            for (var file : left) {
                Files.deleteIfExists(file);
            }
        }
        Files.delete(grave);
    }
}
