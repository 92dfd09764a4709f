package io.quaestor.sandbox.process;

import io.quaestor.sandbox.rpc.Loopback;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/// Takes commands from other shells: one line in, lines out, the first of which is `ok` or `failed`.
///
/// A loopback port, and a file in the data directory that names it with a secret: sockets in the file system have short
/// names only, and data directories may have long ones.
final class Control implements AutoCloseable {

    /// Longest command: reviving several proxies, one after the other.
    private static final Duration LIMIT = Duration.ofMinutes(30);

    /// Who connects and says nothing is dropped.
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final int LONGEST_LINE = 4096;

    private final ServerSocket socket;
    private final Path file;
    private final String secret;
    private final Commands commands;
    private final ThreadFactory threads;

    private Control(ServerSocket socket, Path file, String secret, Commands commands, ThreadFactory threads) {
        this.socket = socket;
        this.file = file;
        this.secret = secret;
        this.commands = commands;
        this.threads = threads;
    }

    static Control start(Path data, Commands commands, ThreadFactory threads) throws IOException {
        var socket = new ServerSocket(0, 16, Loopback.port(0).getAddress());
        var control = new Control(socket, DataDirectory.control(data), Tokens.create(), commands, threads);
        threads.newThread(control::accept).start();
        PrivateFile.write(control.file, socket.getLocalPort() + " " + control.secret + "\n");
        return control;
    }

    /// Sends a command to the supervisor that holds `data`.
    ///
    /// @throws SandboxException if none does, or the command failed
    static List<String> send(Path data, String command) throws IOException {
        var file = DataDirectory.control(data);
        if (!Files.exists(file)) {
            throw new SandboxException("no sandbox is running with " + data);
        }
        var words = Files.readString(file).strip().split(" ");
        try (var socket = new Socket()) {
            connect(socket, Integer.parseInt(words[0]), data);
            socket.setSoTimeout((int) LIMIT.toMillis());
            var out = new PrintWriter(new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8), true);
            out.println(words[1] + " " + command);
            var lines = new ArrayList<>(new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .lines()
                    .toList());
            if (lines.isEmpty() || !lines.removeFirst().equals("ok")) {
                throw new SandboxException(lines.isEmpty() ? "the sandbox did not answer" : String.join("\n", lines));
            }
            return lines;
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        socket.close();
    }

    private static void connect(Socket socket, int port, Path data) throws SandboxException {
        try {
            socket.connect(Loopback.port(port), (int) SILENCE.toMillis());
        } catch (IOException e) {
            throw new SandboxException("no sandbox is running with " + data); // it was killed and left its file
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var client = socket.accept();
                threads.newThread(() -> serve(client)).start();
            } catch (IOException e) {
                // closed, or a client that went before it was accepted
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setSoTimeout((int) SILENCE.toMillis());
            var line = new String(readLine(client), StandardCharsets.UTF_8);
            if (!line.startsWith(secret + " ")) {
                return;
            }
            var answer = commands.obey(line.substring(secret.length() + 1));
            var out = new PrintWriter(new OutputStreamWriter(client.getOutputStream(), StandardCharsets.UTF_8), true);
            out.println(answer.succeeded() ? "ok" : "failed");
            answer.lines().forEach(out::println);
        } catch (IOException e) {
            // the client went
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] readLine(Socket client) throws IOException {
        var line = new byte[LONGEST_LINE];
        int length = 0;
        while (length < line.length) {
            int b = client.getInputStream().read();
            if (b < 0 || b == '\n') {
                break;
            }
            line[length++] = (byte) b;
        }
        return Arrays.copyOf(line, length);
    }
}
