package io.quaestor.bench;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.quaestor.messages.GetRepositoryMetadataRequest;
import io.quaestor.messages.GetRepositoryMetadataResponse;
import io.quaestor.messages.PraefectInfoServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// The sandbox of a distribution, with orders typed at it: that is quicker than a process for each order.
///
/// A background job of a terminal does not read what is typed; do not start it as one.
final class RunningSandbox implements AutoCloseable {

    /// Longer than the sandbox itself waits, so that its reason is seen.
    private static final Duration START = Duration.ofMinutes(6);

    private static final Duration ORDER = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofMinutes(1);
    private static final String END = "\0";
    private static final Pattern LISTENER = Pattern.compile("listen_addr = \"127\\.0\\.0\\.1:(\\d+)\"");
    private static final Pattern TOKEN = Pattern.compile("token = \"(\\w+)\""); // the first is the proxy's

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final String gateway;
    private final ManagedChannel channel;
    private final String token;

    /// @param tables more tables for the configuration of the proxy
    RunningSandbox(Path home, Path data, String tables) throws IOException, InterruptedException {
        Files.createDirectories(data);
        var file = Files.writeString(data.resolve("tables.toml"), tables);
        var directory = data.resolve("sandbox");
        var builder = new ProcessBuilder(
                        home.resolve("bin/quaestor").toString(), "sandbox", "--data", directory.toString(),
                        "--proxy-tables", file.toString())
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        process = builder.start();
        try {
            Thread.ofVirtual().start(this::read);
            gateway = await("gateway: ", START);
            await("logs: ", START); // by now it takes orders
            var configuration = Files.readString(directory.resolve("config.toml"));
            token = first(TOKEN, configuration);
            channel = NettyChannelBuilder.forAddress("127.0.0.1", Integer.parseInt(first(LISTENER, configuration)))
                    .usePlaintext()
                    .build();
        } catch (IOException | InterruptedException | RuntimeException e) {
            end();
            throw e;
        }
    }

    /// The address of a repository for `git`.
    String url(String repository) {
        return gateway + repository;
    }

    void kill(String node) throws IOException, InterruptedException {
        order("kill " + node, node + " killed");
    }

    void freeze(String node) throws IOException, InterruptedException {
        order("freeze " + node, node + " frozen");
    }

    void revive(String node) throws IOException, InterruptedException {
        order("revive " + node, node + " is back");
    }

    /// What the sub-command `metadata` prints.
    GetRepositoryMetadataResponse metadata(String repository) {
        var path = GetRepositoryMetadataRequest.Path.newBuilder()
                .setVirtualStorage("default")
                .setRelativePath(repository);
        return PraefectInfoServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(Requests.headers(token)))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .getRepositoryMetadata(
                        GetRepositoryMetadataRequest.newBuilder().setPath(path).build());
    }

    private void order(String words, String answer) throws IOException, InterruptedException {
        var writer = process.outputWriter();
        writer.write(words + "\n");
        writer.flush();
        await(answer, ORDER);
    }

    /// The rest of the next line that begins so.
    private String await(String beginning, Duration limit) throws IOException, InterruptedException {
        var last = "nothing";
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            var line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new IOException("the sandbox did not say \"" + beginning + "\" within " + limit.toSeconds()
                        + " s; the last was: " + last);
            }
            if (line.equals(END)) {
                throw new IOException("the sandbox ended; the last was: " + last);
            }
            last = line;
            if (line.startsWith(beginning)) {
                return line.substring(beginning.length()).trim();
            }
        }
    }

    private void read() {
        try {
            process.inputReader().lines().forEach(lines::add);
        } catch (UncheckedIOException _) {
            // it was stopped
        } finally {
            lines.add(END);
        }
    }

    private static String first(Pattern pattern, String text) throws IOException {
        var matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IOException("the sandbox's configuration has no " + pattern);
        }
        return matcher.group(1);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        end();
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
