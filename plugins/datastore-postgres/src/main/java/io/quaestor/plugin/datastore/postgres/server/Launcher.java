package io.quaestor.plugin.datastore.postgres.server;

import io.quaestor.spi.datastore.DatastoreRefusedException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Runs the programs of PostgreSQL, which refuse to run as root: for root, either in a user namespace of their own, in which
/// they are nobody and yet own root's files, or as another user, who then gets the files.
///
/// **Blocking:** all methods but the constructor.
public final class Launcher {

    /// Users that hold no other files, the better one first.
    private static final List<String> USERS = List.of("postgres", "nobody");

    private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);

    private final List<String> prefix;
    private final Optional<User> user;

    private Launcher(List<String> prefix, Optional<User> user) {
        this.prefix = prefix;
        this.user = user;
    }

    /// How root gives up its rights.
    enum Way {
        NAMESPACE,
        USER
    }

    private record User(int uid, int gid) {}

    /// @param bin  the programs
    /// @param home what they may read and write
    static Launcher choose(Path bin, Path home) throws IOException, InterruptedException {
        return choose(bin, home, List.of(Way.NAMESPACE, Way.USER));
    }

    /// @param ways what to try, in this order; data that is there already decides by its owner
    static Launcher choose(Path bin, Path home, List<Way> ways) throws IOException, InterruptedException {
        if (!isRoot()) {
            return new Launcher(List.of(), Optional.empty());
        }
        var data = home.resolve(PostgresServer.DATA);
        var owner = Files.exists(data) ? Optional.of(uid(data)) : Optional.<Integer>empty();
        for (var way : ways) {
            var launcher = way == Way.NAMESPACE
                    ? Optional.of(new Launcher(List.of("unshare", "-U"), Optional.empty()))
                            .filter(_ -> owner.orElse(0) == 0)
                    : user(owner.filter(uid -> uid != 0)).map(Launcher::as);
            if (launcher.isPresent() && launcher.get().works(bin, home)) {
                return launcher.get();
            }
        }
        throw new DatastoreRefusedException(("PostgreSQL does not run as root, and here neither unshare -U nor setpriv "
                        + "lets it run as somebody else who may reach %s: start as another user")
                .formatted(home));
    }

    private static Launcher as(User user) {
        return new Launcher(
                List.of("setpriv", "--reuid=" + user.uid, "--regid=" + user.gid, "--clear-groups", "--"),
                Optional.of(user));
    }

    private boolean works(Path bin, Path home) throws IOException, InterruptedException {
        if (user.isPresent()) {
            give(home);
        }
        var postgres = bin.resolve("postgres").toString();
        return run(List.of(postgres, "--version"), Optional.empty(), PROBE_LIMIT) == 0
                && run(List.of("test", "-w", home.toString()), Optional.empty(), PROBE_LIMIT) == 0;
    }

    /// Makes a file or directory theirs, if they run as another user.
    void give(Path path) throws IOException {
        if (user.isPresent()) {
            Files.setAttribute(path, "unix:uid", user.get().uid, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", user.get().gid, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /// Runs a program to its end.
    ///
    /// @param log where its output goes; empty for nowhere
    /// @return its exit status; -1 if it could not be started or took too long
    int run(List<String> command, Optional<Path> log, Duration limit) throws InterruptedException {
        Process process;
        try {
            process = builder(command, log, false).start();
        } catch (IOException missing) {
            return -1;
        }
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
        } finally {
            process.destroyForcibly();
        }
    }

    /// Starts a program that stays. It survives this process, and a signal to the whole group of its processes.
    Process start(List<String> command, Path log) throws IOException {
        return builder(command, Optional.of(log), true).start();
    }

    private ProcessBuilder builder(List<String> command, Optional<Path> log, boolean ownSession) {
        var all = new ArrayList<String>();
        if (ownSession && isInstalled("setsid")) {
            all.add("setsid");
        }
        all.addAll(prefix);
        all.addAll(command);
        var builder = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(log.map(file -> ProcessBuilder.Redirect.appendTo(file.toFile()))
                        .orElse(ProcessBuilder.Redirect.DISCARD));
        // PGDATA and its like would change what is run
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    static boolean isRoot() {
        try {
            return uid(Path.of("/proc/self")) == 0;
        } catch (IOException | UnsupportedOperationException otherSystem) {
            return "root".equals(System.getProperty("user.name"));
        }
    }

    private static int uid(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid");
    }

    private static Optional<User> user(Optional<Integer> uid) throws IOException {
        var passwd = Path.of("/etc/passwd");
        if (!Files.exists(passwd)) {
            return Optional.empty();
        }
        var entries = Files.readAllLines(passwd).stream()
                .map(line -> line.split(":"))
                .filter(fields -> fields.length > 3)
                .toList();
        Stream<String[]> wanted = uid.isPresent()
                ? entries.stream().filter(fields -> fields[2].equals(uid.get().toString()))
                : USERS.stream().flatMap(name -> entries.stream().filter(fields -> fields[0].equals(name)));
        return wanted.findFirst().map(fields -> new User(Integer.parseInt(fields[2]), Integer.parseInt(fields[3])));
    }
}
