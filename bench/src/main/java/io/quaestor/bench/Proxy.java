package io.quaestor.bench;

import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The proxy of a distribution, as a child process with a PostgreSQL of its own and three storages on an instant node.
final class Proxy {

    static final String TOKEN = "bench";
    static final String STORAGE = "default";

    private final Path home;
    private final Path data;
    private final int port;

    Proxy(Path home, Path data, int nodePort) throws IOException {
        this.home = home;
        this.data = data;
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        Files.createDirectories(data);
        Files.writeString(data.resolve("config.toml"), configuration(nodePort));
    }

    private String configuration(int nodePort) {
        var nodes = new StringBuilder();
        for (int i = 1; i <= 3; i++) {
            nodes.append("""

                    [[virtual_storage.node]]
                    storage = "gitaly-%d"
                    address = "tcp://127.0.0.1:%d"
                    token = "%s"
                    """.formatted(i, nodePort, TOKEN));
        }
        return """
                listen_addr = "127.0.0.1:%d"

                [auth]
                token = "%s"

                [logging]
                level = "warn"

                [strategies]
                datastore = "embedded"

                [plugin.embedded]
                data = "%s"

                [[virtual_storage]]
                name = "%s"
                %s
                """.formatted(port, TOKEN, data.resolve("postgresql"), STORAGE, nodes);
    }

    int port() {
        return port;
    }

    Child start() throws IOException {
        return Child.command(
                data.resolve("proxy.log"),
                Map.of("QUAESTOR_DATA", data.toString(), "JAVA_HOME", System.getProperty("java.home")),
                List.of(home.resolve("bin/quaestor").toString(), "serve", "-config", data.resolve("config.toml") + ""));
    }

    /// Waits until the proxy says that it serves.
    ///
    /// @return seconds since the given start
    double awaitReady(Child child, long startNanos) throws IOException, InterruptedException {
        var channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
            while (System.nanoTime() - startNanos < 60_000_000_000L) {
                if (!child.isAlive()) {
                    throw new IOException("the proxy ended: " + Files.readString(data.resolve("proxy.log")));
                }
                try {
                    var request = HealthCheckRequest.getDefaultInstance();
                    var answer = HealthGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(1, TimeUnit.SECONDS)
                            .check(request);
                    if (answer.getStatus() == HealthCheckResponse.ServingStatus.SERVING) {
                        return (System.nanoTime() - startNanos) / 1e9;
                    }
                } catch (StatusRuntimeException _) {
                    channel.resetConnectBackoff();
                }
                Thread.sleep(10);
            }
            throw new IOException("the proxy was not ready within 60 s");
        } finally {
            channel.shutdownNow();
        }
    }
}
