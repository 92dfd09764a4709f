package io.quaestor.sandbox.git;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets git's hooks ask this process, and wait for its answer.
///
/// ```text
///  git ── hook.sh ──── input (file) ──▶ ┐
///            │ ─── questions (pipe) ──▶ │ this process: one thread per question
///            ◀──── answers (pipe) ───── ┘
///                  one for each session
/// ```
///
/// A hook needs no program but `sh` and `cat`. It never outlives this process by more than a moment, nor its session.
///
/// Thread-safe.
public final class Hooks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);

    /// The hooks that change or announce references; git runs no other one in a bare repository.
    private static final List<String> NAMES = List.of("pre-receive", "update", "reference-transaction", "post-receive");

    private static final String QUIT = "quit";

    private final Path scripts;
    private final Path workshop;
    private final Fifos fifos;
    private final Path questions;
    private final FileChannel writer;
    private final FileInputStream reader;
    private final ThreadFactory threads;
    private final AtomicLong sessions = new AtomicLong();
    private final Map<String, HookCall> open = new ConcurrentHashMap<>();

    private Hooks(Path scripts, Path workshop, ThreadFactory threads) throws IOException {
        this.scripts = scripts;
        this.workshop = workshop;
        this.threads = threads;
        this.fifos = new Fifos(Files.createDirectory(workshop.resolve("fifos")));
        this.questions = Files.move(fifos.take(), workshop.resolve("questions"), StandardCopyOption.ATOMIC_MOVE);
        // for both, so that it does not wait for the other side; and kept, so that the reader sees no end between hooks
        this.writer = FileChannel.open(questions, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.reader = new FileInputStream(questions.toFile());
    }

    /// @param scripts  where the hooks themselves are put. It should outlive this process: a git that was left behind
    ///                 goes on without hooks where it finds none
    /// @param workshop an empty directory for everything else
    /// @param threads  makes virtual threads
    public static Hooks prepare(Path scripts, Path workshop, ThreadFactory threads) throws IOException {
        install(Files.createDirectories(scripts));
        return new Hooks(scripts, workshop, threads);
    }

    /// Takes questions until [#close].
    ///
    /// To be called once, on a platform thread of its own: it blocks in a way for which the JDK adds no carrier.
    public void serve() {
        try (writer;
                var lines = new BufferedReader(new InputStreamReader(reader, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null && !line.equals(QUIT); line = lines.readLine()) {
                dispatch(line);
            }
        } catch (IOException e) {
            LOG.error("no hook is answered any more", e);
        }
    }

    /// Opens a session for the commands of one call.
    public HookSession open(HookHandler handler) throws IOException {
        if (!Files.isExecutable(scripts.resolve(NAMES.getFirst()))) {
            throw new IOException("programs cannot be run from " + scripts + ", so there are no hooks");
        }
        var id = String.valueOf(sessions.incrementAndGet());
        var directory = Files.createDirectory(workshop.resolve(id));
        Files.move(fifos.take(), directory.resolve("answers"), StandardCopyOption.ATOMIC_MOVE);
        var session = new HookCall(this, directory, handler, threads);
        open.put(id, session);
        return session;
    }

    /// Ends [#serve].
    @Override
    public void close() {
        try {
            var _ = writer.write(ByteBuffer.wrap((QUIT + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            LOG.warn("hooks are not stopped: {}", e.toString());
        }
    }

    Path scripts() {
        return scripts;
    }

    Path questions() {
        return questions;
    }

    void forget(String id) {
        open.remove(id);
    }

    private void dispatch(String line) {
        var words = line.split(" ", -1);
        var session = open.get(words[0]);
        if (session == null || words.length != 4) {
            LOG.debug("a hook of no session: {}", line);
            return;
        }
        session.asked(words[1], words[2], words[3]);
    }

    /// Each script is replaced in one step: a git that an earlier process left behind may be about to run it.
    private static void install(Path scripts) throws IOException {
        byte[] script;
        try (InputStream in = Objects.requireNonNull(Hooks.class.getResourceAsStream("hook.sh"))) {
            script = in.readAllBytes();
        }
        for (var name : NAMES) {
            var draft = Files.write(scripts.resolve(name + ".new"), script);
            Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwx------"));
            Files.move(draft, scripts.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
