package io.quaestor.sandbox.process;

import io.quaestor.sandbox.Main;
import io.quaestor.sandbox.node.NodeMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// The program `sandbox` in a process of its own. A node that calls itself `default` stands in for the proxy.
final class SandboxProcess {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final List<String> JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"));

    private final Process process;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread reader;

    private SandboxProcess(Process process) {
        this.process = process;
        this.reader = Thread.ofVirtual().start(() -> {
            try (var text = new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                text.lines().forEach(lines::add);
            } catch (IOException e) {
                // it ended
            }
        });
    }

    /// Starts it; `arguments` follow `--data DIR`.
    static SandboxProcess start(Path directory, String... arguments) throws IOException {
        var line = new ArrayList<>(JAVA);
        line.addAll(List.of(
                Main.class.getName(), "--data", directory.resolve("data").toString()));
        line.addAll(List.of(arguments));
        var builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("QUAESTOR_HOME", fakeProxy(directory).toString());
        return new SandboxProcess(builder.start());
    }

    /// Waits for a line.
    String await(Predicate<String> wanted) throws InterruptedException {
        var seen = new ArrayList<String>();
        while (true) {
            var line = lines.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("not said: " + seen);
            }
            seen.add(line);
            if (wanted.test(line)) {
                return line;
            }
            if (!process.isAlive() && !reader.isAlive() && lines.isEmpty()) {
                throw new AssertionError("ended: " + seen);
            }
        }
    }

    String await(String start) throws InterruptedException {
        return await(line -> line.startsWith(start));
    }

    /// Types a command.
    void type(String command) throws IOException {
        process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    void terminate() {
        process.destroy();
    }

    void kill() {
        process.destroyForcibly();
    }

    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("does not end");
        }
        return process.exitValue();
    }

    /// Everything that it said and nobody waited for; to be asked after its end.
    String rest() throws InterruptedException {
        reader.join();
        var all = new ArrayList<String>();
        lines.drainTo(all);
        return String.join("\n", all);
    }

    private static Path fakeProxy(Path directory) throws IOException {
        var script = directory.resolve("bin").resolve("quaestor");
        if (!Files.exists(script)) {
            Files.createDirectories(script.getParent());
            Files.writeString(script, """
                    #!/bin/sh
                    config=$3
                    port=$(sed -n 's/^listen_addr = "127.0.0.1:\\([0-9]*\\)"/\\1/p' "$config")
                    sed -n '/^\\[auth\\]/,/^$/s/^token = "\\(.*\\)"/\\1/p' "$config" >"$config.token"
                    exec %s %s --name default --directory "$config.repositories" --port "$port" --token-file "$config.token"
                    """.formatted(String.join(" ", JAVA), NodeMain.class.getName()));
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        }
        return directory;
    }
}
