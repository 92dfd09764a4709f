package io.quaestor.sandbox.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A child process that cannot outlive the supervisor, however that dies: a small shell between the two holds a pipe
/// from the supervisor and ends the child when the pipe closes.
///
/// The child ignores the terminal's Ctrl-C, which reaches the whole process group: the supervisor stops it in order.
public final class Tether {

    /// `$1` is the file for the child's id, the rest its command. A frozen child is thawed to see its SIGTERM.
    private static final String SCRIPT = """
            trap '' INT HUP
            pidfile=$1
            shift
            exec 3<&0
            "$@" </dev/null 3<&- &
            child=$!
            echo "$child" >"$pidfile.new" && mv "$pidfile.new" "$pidfile"
            (
                while read -r _ <&3; do :; done
                kill -TERM "$child"
                kill -CONT "$child"
                for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
                    kill -0 "$child" || exit
                    sleep 1
                done
                kill -KILL "$child"
            ) >/dev/null 2>&1 &
            watcher=$!
            exec 3<&-
            wait "$child"
            code=$?
            kill -KILL "$watcher" 2>/dev/null
            exit "$code"
            """;

    /// Time for the shell to start the child.
    private static final Duration BIRTH = Duration.ofSeconds(30);

    /// Longer than the script takes to end a child.
    private static final Duration DEATH = Duration.ofSeconds(20);

    private static final Duration POLL = Duration.ofMillis(20);

    private final Process shell;
    private final long pid;

    private Tether(Process shell, long pid) {
        this.shell = shell;
        this.pid = pid;
    }

    /// Starts a child.
    ///
    /// @throws SandboxException if it could not be started; no child is left then
    public static Tether start(Launch launch) throws IOException, InterruptedException {
        return start(launch, BIRTH);
    }

    static Tether start(Launch launch, Duration birth) throws IOException, InterruptedException {
        Files.deleteIfExists(launch.pidFile());
        var line = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "tether", launch.pidFile().toString()));
        line.addAll(launch.command());
        var builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(launch.log().toFile()));
        builder.environment().putAll(launch.environment());
        var shell = builder.start();
        for (int i = 0; i < birth.dividedBy(POLL) && !Files.exists(launch.pidFile()); i++) {
            if (ended(shell, POLL) && !Files.exists(launch.pidFile())) {
                throw new SandboxException(launch.name() + " could not be started; see " + launch.log());
            }
        }
        if (!Files.exists(launch.pidFile())) {
            shell.getOutputStream().close(); // the child may come yet; the shell ends it
            if (!ended(shell, DEATH)) {
                shell.destroyForcibly();
            }
            throw new SandboxException(launch.name() + " did not start in " + birth.toSeconds() + " seconds");
        }
        return new Tether(shell, Long.parseLong(Files.readString(launch.pidFile()).strip()));
    }

    /// The child's process id.
    public long pid() {
        return pid;
    }

    /// Completes with the exit code when the child has ended; 128 + n after death by signal n.
    CompletableFuture<Integer> onExit() {
        return shell.onExit().thenApply(Process::exitValue);
    }

    public boolean isAlive() {
        return shell.isAlive();
    }

    /// Waits for the end for at most a time.
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        return ended(shell, limit);
    }

    /// Sends a signal to the child.
    ///
    /// @param signal as `kill` names it, for example `STOP`
    public void signal(String signal) throws IOException, InterruptedException {
        if (!shell.isAlive()) {
            return;
        }
        var kill = new ProcessBuilder("/bin/sh", "-c", "kill -\"$0\" \"$1\"", signal, String.valueOf(pid))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD)
                .start();
        kill.getOutputStream().close();
        kill.waitFor();
    }

    private static boolean ended(Process process, Duration limit) throws InterruptedException {
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
