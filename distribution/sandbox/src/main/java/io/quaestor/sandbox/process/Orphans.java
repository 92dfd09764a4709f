package io.quaestor.sandbox.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// What a proxy leaves behind when it is killed: its PostgreSQL, which runs on so that the next proxy finds it.
final class Orphans {

    /// PostgreSQL writes its process id into the first line of this file of its data directory.
    private static final String PID_FILE = "postmaster.pid";

    private static final Duration STOP = Duration.ofSeconds(20);

    private Orphans() {}

    /// Ends a PostgreSQL that still runs on a directory below `database`.
    static void stopDatabase(Path database, Consumer<String> console) {
        try {
            var postmaster = find(database);
            if (postmaster.isEmpty()) {
                return;
            }
            console.accept("stopping the database that a killed proxy left");
            var interrupt = new ProcessBuilder("/bin/sh", "-c", "kill -INT \"$0\"", String.valueOf(postmaster.get().pid()))
                    .start(); // SIGINT is its fast shutdown: it breaks connections off and writes everything down
            interrupt.waitFor();
            try {
                postmaster.get().onExit().get(STOP.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                console.accept("the database does not stop: pid " + postmaster.get().pid());
            }
        } catch (IOException | ExecutionException e) {
            console.accept("stopping the database: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<ProcessHandle> find(Path database) throws IOException {
        if (!Files.isDirectory(database)) {
            return Optional.empty();
        }
        try (var files = Files.find(database, 3, (file, _) -> file.endsWith(PID_FILE))) {
            for (var file : files.toList()) {
                var lines = Files.readAllLines(file);
                var process = lines.isEmpty()
                        ? Optional.<ProcessHandle>empty()
                        : ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
                // the file of a crashed one may name a process that is another program by now
                if (process.flatMap(handle -> handle.info().command())
                        .filter(command -> command.contains("postgres"))
                        .isPresent()) {
                    return process;
                }
            }
        }
        return Optional.empty();
    }
}
