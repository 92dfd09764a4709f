package io.quaestor.faults.cluster;

import io.quaestor.faults.system.Shell;
import io.quaestor.faults.system.Ticker;
import io.quaestor.sandbox.process.Launch;
import io.quaestor.sandbox.process.Tether;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL that belongs to no proxy, so that any of them may die.
///
/// A proxy's `sql-migrate` unpacks it and makes the tables; then it is run here.
///
/// **Blocking:** all methods. **Threads:** one at a time.
public final class Database implements AutoCloseable {

    private static final Duration PREPARATION = Duration.ofMinutes(3);

    /// After a kill it has its log to read first, and processes of the killed one to wait for.
    private static final Duration START = Duration.ofMinutes(1);

    private static final Duration STOP = Duration.ofSeconds(20);

    private final Path home;
    private final Ticker ticker;
    private final int port;
    private @Nullable Tether tether;

    private Database(Path home, Ticker ticker, int port) {
        this.home = home;
        this.ticker = ticker;
        this.port = port;
    }

    /// @param home     becomes its directory; must exist
    /// @param quaestor the program that makes the tables
    static Database start(Path home, Path quaestor, Ticker ticker) throws IOException, InterruptedException {
        var config = home.resolve("config.toml");
        Files.writeString(config, """
                listen_addr = "127.0.0.1:1"

                [strategies]
                datastore = "embedded"

                [plugin.embedded]
                data = "%s"

                [[virtual_storage]]
                name = "default"

                [[virtual_storage.node]]
                storage = "none"
                address = "tcp://127.0.0.1:2"
                """.formatted(home));
        var _ = Shell.run(PREPARATION, quaestor.toString(), "-config", config.toString(), "sql-migrate")
                .orThrow("making the tables");
        var database = new Database(home, ticker, freePort());
        database.start();
        return database;
    }

    /// How a proxy finds it.
    String tables() throws IOException {
        return """
                [database]
                host = "127.0.0.1"
                port = %d
                user = "quaestor"
                password = "%s"
                dbname = "postgres"
                sslmode = "disable"
                """.formatted(port, Files.readString(home.resolve("password")).strip());
    }

    /// Ends all of its processes at once, as a power cut would.
    public void kill() throws IOException, InterruptedException {
        var running = tether;
        tether = null;
        if (running == null) {
            return;
        }
        var family = ProcessHandle.of(running.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        running.signal("KILL");
        family.forEach(ProcessHandle::destroyForcibly);
        running.awaitEnd(STOP);
    }

    /// Starts it if it does not run, and returns when it takes connections.
    public void start() throws IOException, InterruptedException {
        if (tether != null && tether.isAlive()) {
            return;
        }
        var command = new ArrayList<>(asAnother());
        command.add(program());
        command.addAll(List.of("-D", data().toString(), "-p", String.valueOf(port)));
        for (var setting : List.of("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=on")) {
            command.addAll(List.of("-c", setting));
        }
        var launch = new Launch(
                "postgres", command, Map.of("LC_ALL", "C"), home.resolve("server.log"), home.resolve("pid"));
        long begin = ticker.nanos();
        while (true) {
            var started = Tether.start(launch);
            tether = started;
            if (ticker.await(START, () -> isReady() || !started.isAlive()) && started.isAlive()) {
                return;
            }
            started.signal("KILL");
            if (ticker.since(begin).compareTo(START) > 0) {
                throw new IOException("PostgreSQL does not start; see " + launch.log());
            }
            ticker.pause(Duration.ofMillis(100)); // a process of the killed one is still there
        }
    }

    @Override
    public void close() throws IOException {
        var running = tether;
        tether = null;
        if (running == null) {
            return;
        }
        try {
            running.signal("INT"); // its fast shutdown
            if (!running.awaitEnd(STOP)) {
                running.signal("KILL");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it ends with this process
        }
    }

    private Path data() {
        return home.resolve("data");
    }

    /// The one that made the data: it left its command line.
    private String program() throws IOException {
        var line = Files.readString(data().resolve("postmaster.opts"));
        return line.substring(0, line.indexOf(" \"-D\""));
    }

    /// It does not run as root: in a namespace of its own it does not know that it is, or it is the owner of the data.
    private List<String> asAnother() throws IOException {
        var us = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        var owner = (Integer) Files.getAttribute(data(), "unix:uid");
        var group = (Integer) Files.getAttribute(data(), "unix:gid");
        if (us != 0) {
            return List.of();
        }
        return owner == 0
                ? List.of("unshare", "-U")
                : List.of("setpriv", "--reuid=" + owner, "--regid=" + group, "--clear-groups", "--");
    }

    /// The eighth line of its file says so.
    private boolean isReady() {
        try {
            var lines = Files.readAllLines(data().resolve("postmaster.pid"));
            var running = tether;
            return running != null
                    && lines.size() > 7
                    && lines.getFirst().strip().equals(String.valueOf(running.pid()))
                    && lines.get(7).startsWith("ready");
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// @return a directory for it below `data`, which the user that it runs as may enter
    static Path home(Path data) throws IOException {
        return Files.createDirectories(
                data.resolve("postgres"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
}
