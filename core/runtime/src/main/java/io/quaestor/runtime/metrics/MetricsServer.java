package io.quaestor.runtime.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/// Shows metrics to Prometheus: plain HTTP, no authentication (OPS 4.1).
///
/// **Threads:** a virtual thread for each request.
public final class MetricsServer implements AutoCloseable {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    static {
        // the JDK's server has no limits of its own; it reads these once, and nobody else here uses it
        System.setProperty("jdk.httpserver.maxConnections", "64");
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "60");
    }

    private final HttpServer server;
    private final ExecutorService executor;

    private MetricsServer(HttpServer server, ExecutorService executor) {
        this.server = server;
        this.executor = executor;
    }

    /// Starts to listen.
    ///
    /// @param address `host:port`; no host for all addresses, port 0 for any
    /// @param pages   what is shown, by path, for example `/metrics`; may block
    /// @throws IOException if the address cannot be listened at; the message names it
    public static MetricsServer start(
            String address, Map<String, Supplier<String>> pages, ThreadFactory threads) throws IOException {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        int port = Integer.parseInt(address.substring(colon + 1));
        var executor = Executors.newThreadPerTaskExecutor(threads);
        try {
            var socket = host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
            var server = HttpServer.create(socket, 0);
            server.setExecutor(executor);
            server.createContext("/", exchange -> answer(exchange, pages));
            server.start();
            return new MetricsServer(server, executor);
        } catch (IOException failure) {
            executor.close();
            throw new IOException("prometheus_listen_addr " + address + ": " + failure.getMessage(), failure);
        }
    }

    /// The port that it listens at.
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private static void answer(HttpExchange exchange, Map<String, Supplier<String>> pages) throws IOException {
        try (exchange) {
            var page = pages.get(exchange.getRequestURI().getPath());
            if (page == null) {
                exchange.sendResponseHeaders(404, -1);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(405, -1);
            } else {
                show(exchange, page.get().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static void show(HttpExchange exchange, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", TEXT);
        String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        if (accepted == null || !accepted.contains("gzip")) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            return;
        }
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = new GZIPOutputStream(exchange.getResponseBody())) {
            out.write(body);
        }
    }
}
