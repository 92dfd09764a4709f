package io.quaestor.sandbox.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/// Runs a sandbox until it is told to stop: by a command, here or from another shell, or by a signal.
public final class Supervisor {

    private final SandboxOptions options;
    private final Consumer<String> console;
    private final ThreadFactory threads;
    private final CountDownLatch quit = new CountDownLatch(1);
    private volatile boolean starting = true;

    /// @param console gets lines for the person at the keyboard, on any thread
    /// @param threads makes virtual threads
    public Supervisor(SandboxOptions options, Consumer<String> console, ThreadFactory threads) {
        this.options = options;
        this.console = console;
        this.threads = threads;
    }

    /// Returns when everything is stopped.
    ///
    /// @throws SandboxException if it could not be started; nothing is running then
    public void run() throws IOException, InterruptedException {
        var stopped = new CountDownLatch(1);
        var runner = Thread.currentThread();
        var onSignal = new Thread(() -> {
            quit.countDown();
            if (starting) {
                runner.interrupt();
            }
            awaitUninterruptibly(stopped);
        });
        Runtime.getRuntime().addShutdownHook(onSignal);
        try (var data = DataDirectory.hold(options.data())) {
            serve(data);
        } finally {
            stopped.countDown();
        }
    }

    private void serve(DataDirectory data) throws IOException, InterruptedException {
        console.accept("starting a sandbox in " + data.root());
        var sandbox = Sandbox.start(options, data, console, threads);
        starting = false;
        try {
            var commands = new Commands(sandbox, quit::countDown);
            try (var _ = Control.start(data.root(), commands, threads)) {
                sandbox.summary().forEach(console);
                help(sandbox, data).forEach(console);
                if (Terminal.isOurs()) {
                    threads.newThread(() -> readCommands(commands)).start();
                }
                quit.await();
                console.accept("stopping …");
            }
        } finally {
            sandbox.stop();
            console.accept("stopped");
        }
    }

    private static List<String> help(Sandbox sandbox, DataDirectory data) {
        return List.of(
                "",
                "try, in a repository of yours:",
                "    git push " + sandbox.gatewayAddress() + "hello.git HEAD:main      (creates it)",
                "    git clone " + sandbox.gatewayAddress() + "hello.git",
                "and then, here or as `" + Program.typed() + " --data " + data.root() + " …`:",
                "    kill gitaly-2, freeze gitaly-3, stop proxy, revive gitaly-2, status, stop");
    }

    /// The end of the input means only that no commands come from here.
    private void readCommands(Commands commands) {
        try (var lines = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    commands.obey(line).lines().forEach(console);
                }
            }
        } catch (IOException e) {
            console.accept("no more commands from the standard input: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody interrupts a shutdown hook
        }
    }
}
