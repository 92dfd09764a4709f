package io.quaestor.sandbox.support;

import io.quaestor.sandbox.node.NodeMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A node in a process of its own.
public final class NodeProcess {

    private final Process process;
    private final String address;

    private NodeProcess(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    public static NodeProcess start(String storage, Path directory) throws IOException {
        Files.createDirectories(directory);
        var token = Files.writeString(directory.resolveSibling("token"), TestNode.TOKEN + "\n");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--sun-misc-unsafe-memory-access=allow",
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeMain.class.getName(),
                        "--name",
                        storage,
                        "--directory",
                        directory.toString(),
                        "--token-file",
                        token.toString())
                .redirectError(Redirect.INHERIT)
                .start();
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("listening: ")) {
                return new NodeProcess(process, line.substring("listening: ".length()));
            }
        }
        throw new AssertionError("the node ended while it was starting");
    }

    public String address() {
        return address;
    }

    public long pid() {
        return process.pid();
    }

    /// As `kill -9`.
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// As SIGTERM.
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the node did not stop");
        }
    }
}
