package io.quaestor.plugin.datastore.postgres.server;

import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.plugin.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL of our own on a directory of our own. It keeps every commit, asks everybody for a password, and listens on
/// this machine only. One process owns it: it starts and stops it, and takes over one that survived its death. Others that
/// come meanwhile, sub-commands for example, are guests.
///
/// ```text
///   <home>/data          the tables            <home>/password      of the only user, mode 0600
///   <home>/owner         locked by the owner   <home>/postgres.log  what the server says
/// ```
///
/// **Threads:** one at a time. **Blocking:** [#start()] and [#close()].
public final class PostgresServer implements AutoCloseable {

    static final String DATA = "data";

    /// Of the only user.
    public static final String NAME = "quaestor";

    /// A choice: recovery after a crash may take that long.
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private static final Duration INITIALISE_LIMIT = Duration.ofMinutes(1);

    /// A choice: a fast stop waits for nobody, only for the disk.
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    /// A free port may be taken by somebody else before the server gets it.
    private static final int ATTEMPTS = 3;

    private static final long LARGEST_LOG = 10L << 20;

    private final Settings settings;
    private final Clock clock;
    private @Nullable Path bin;
    private @Nullable Launcher launcher;
    private @Nullable FileChannel owner;
    private @Nullable PostmasterFile running;

    /// @param home     directory for everything; is made if it is missing
    /// @param programs where they are found
    /// @param port     0 for any that is free
    /// @param extra    more settings, `name=value`
    public record Settings(Path home, Programs programs, int port, List<String> extra) {}

    public PostgresServer(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /// Starts it, takes it over, or becomes its guest. When it returns, the server takes connections.
    ///
    /// @throws DatastoreRefusedException     if an operator must do something first
    /// @throws DatastoreUnavailableException if it does not start; the end of its log is in the message
    public void start() throws InterruptedException {
        try {
            Files.createDirectories(settings.home);
            if (becomeOwner()) {
                startOrAdopt();
            } else {
                running = awaitReady(Optional.empty()).orElseThrow(this::notStarted);
            }
        } catch (IOException failure) {
            throw new DatastoreRefusedException(
                    "cannot run PostgreSQL in %s: %s".formatted(settings.home, failure.getMessage()), failure);
        }
    }

    /// Where it listens, on the loopback address.
    public int port() {
        return running().port();
    }

    /// The number of its process.
    public long pid() {
        return running().process().pid();
    }

    /// What [#NAME] has to say.
    public Secret password() {
        try {
            return Secret.of(Files.readString(settings.home.resolve("password")));
        } catch (IOException failure) {
            throw new DatastoreRefusedException(
                    "the password of PostgreSQL is missing: " + failure.getMessage(), failure);
        }
    }

    private PostmasterFile running() {
        if (running == null) {
            throw new IllegalStateException("PostgreSQL is not running");
        }
        return running;
    }

    /// The lock ends with this process, however that ends.
    private boolean becomeOwner() throws IOException {
        var channel = FileChannel.open(
                settings.home.resolve("owner"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                owner = channel;
                return true;
            }
        } catch (OverlappingFileLockException ownedInThisProcess) {
            // a guest of ourselves
        }
        channel.close();
        return false;
    }

    private void startOrAdopt() throws IOException, InterruptedException {
        var data = settings.home.resolve(DATA);
        var candidates = settings.programs.find();
        var programs = Files.exists(data) ? fitting(candidates, data) : candidates.getFirst();
        bin = programs;
        launcher = Launcher.choose(programs, settings.home);
        if (!Files.exists(data)) {
            initialise(programs, launcher, data);
        }
        running = adopt(data).orElse(null);
        for (int attempt = 1; running == null; attempt++) {
            var process = launch(programs, launcher, data);
            running = awaitReady(Optional.of(process)).orElse(null);
            if (running == null && (attempt == ATTEMPTS || settings.port != 0)) {
                throw notStarted();
            }
        }
    }

    /// @return empty if none runs, or one that ran just ends
    private Optional<PostmasterFile> adopt(Path data) throws IOException, InterruptedException {
        return PostmasterFile.read(data).isPresent() ? awaitReady(Optional.empty()) : Optional.empty();
    }

    /// Data can only be read by programs of the same major version.
    private static Path fitting(List<Path> candidates, Path data) throws IOException, InterruptedException {
        var version = Files.readString(data.resolve("PG_VERSION")).trim();
        for (var candidate : candidates) {
            if (Version.of(candidate).equals(version)) {
                return candidate;
            }
        }
        throw new DatastoreRefusedException("the data in %s is of PostgreSQL %s, but the programs are of another version: %s"
                .formatted(data, version, candidates));
    }

    private void initialise(Path programs, Launcher launcher, Path data) throws IOException, InterruptedException {
        var password = settings.home.resolve("password");
        var random = new byte[24];
        new SecureRandom().nextBytes(random);
        Modes.writeSecret(password, HexFormat.of().formatHex(random));
        launcher.give(password);
        var unfinished = settings.home.resolve("data.new");
        Trees.delete(unfinished);
        int status = launcher.run(
                List.of(
                        programs.resolve("initdb").toString(),
                        "--pgdata=" + unfinished,
                        "--username=" + NAME,
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C"),
                Optional.of(log(launcher)),
                INITIALISE_LIMIT);
        if (status != 0) {
            throw new DatastoreRefusedException("initdb failed: " + endOfLog());
        }
        Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private Process launch(Path programs, Launcher launcher, Path data) throws IOException {
        int port = settings.port != 0 ? settings.port : freePort();
        var command = new ArrayList<String>();
        command.addAll(List.of(programs.resolve("postgres").toString(), "-D", data.toString(), "-p", "" + port));
        var all = new ArrayList<>(List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on",
                // names of repositories do not belong into a log of errors
                "log_min_error_statement=panic"));
        all.addAll(settings.extra);
        all.forEach(setting -> command.addAll(List.of("-c", setting)));
        return launcher.start(command, log(launcher));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// @param process ours, if we started one
    /// @return empty if it ended instead, or takes too long
    private Optional<PostmasterFile> awaitReady(Optional<Process> process) throws IOException, InterruptedException {
        long end = clock.nanos() + START_LIMIT.toNanos();
        while (clock.nanos() < end) {
            var file = PostmasterFile.read(settings.home.resolve(DATA));
            if (file.isPresent() && file.get().ready()) {
                return file;
            }
            boolean ended = process.map(started -> !started.isAlive()).orElse(file.isEmpty() && owner != null);
            if (ended) {
                return Optional.empty();
            }
            clock.sleep(LOOK_AGAIN);
        }
        return Optional.empty();
    }

    private DatastoreUnavailableException notStarted() {
        return DatastoreUnavailableException.unchanged(
                "PostgreSQL did not start in %s: %s".formatted(settings.home, endOfLog()),
                new TimeoutException("after " + START_LIMIT));
    }

    private Path log(Launcher launcher) throws IOException {
        var log = settings.home.resolve("postgres.log");
        if (Files.exists(log) && Files.size(log) > LARGEST_LOG) {
            Files.move(log, settings.home.resolve("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.exists(log)) {
            Files.createFile(log);
            launcher.give(log);
        }
        return log;
    }

    private String endOfLog() {
        var log = settings.home.resolve("postgres.log");
        try {
            var lines = Files.exists(log) ? Files.readAllLines(log) : List.of("it said nothing");
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    /// Stops it if it is ours, without waiting for who is connected. What is committed is on the disk.
    @Override
    public void close() {
        var server = running;
        running = null;
        var channel = owner;
        owner = null;
        if (channel == null) {
            return;
        }
        try (channel) {
            if (server != null && !stop(server, "fast") && !stop(server, "immediate")) {
                throw DatastoreUnavailableException.unchanged(
                        "PostgreSQL does not stop, process " + server.process().pid(),
                        new TimeoutException("after " + STOP_LIMIT));
            }
        } catch (IOException unlockFailed) {
            // the lock ends with the process
        } catch (InterruptedException interrupted) {
            // the server goes on, and is taken over next time
            Thread.currentThread().interrupt();
        }
    }

    private boolean stop(PostmasterFile server, String mode) throws InterruptedException {
        if (bin == null || launcher == null) {
            return true;
        }
        launcher.run(
                List.of(
                        bin.resolve("pg_ctl").toString(),
                        "stop",
                        "--pgdata=" + settings.home.resolve(DATA),
                        "--mode=" + mode,
                        "--no-wait"),
                Optional.empty(),
                STOP_LIMIT);
        CompletableFuture<ProcessHandle> end = server.process().onExit();
        try {
            end.get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException stillThere) {
            return !server.process().isAlive();
        }
    }
}
