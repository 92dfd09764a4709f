package io.quaestor.sandbox.smarthttp;

import com.sun.net.httpserver.HttpServer;
import io.quaestor.sandbox.rpc.Loopback;
import io.quaestor.sandbox.rpc.SystemDefaults;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/// Serves Git repositories by smart HTTP on the loopback address, one virtual thread per request.
public final class SmartHttpServer implements AutoCloseable {

    static {
        // Read once, when the first server is made. Answers of the negotiation are small: without this each waits for
        // the other side's delayed acknowledgement.
        SystemDefaults.set("sun.net.httpserver.nodelay", "true");
        // Longest time, in seconds, for a request to arrive and for its answer to leave: a peer that hangs is dropped.
        SystemDefaults.set("sun.net.httpserver.maxReqTime", "21600");
        SystemDefaults.set("sun.net.httpserver.maxRspTime", "21600");
    }

    private final HttpServer server;
    private final ExecutorService executor;

    private SmartHttpServer(HttpServer server, ExecutorService executor) {
        this.server = server;
        this.executor = executor;
    }

    /// @param port    0 for any free one
    /// @param threads makes virtual threads
    public static SmartHttpServer start(int port, GitBackend backend, ThreadFactory threads) throws IOException {
        var executor = Executors.newThreadPerTaskExecutor(threads);
        try {
            var server = HttpServer.create(Loopback.port(port), 128);
            server.setExecutor(executor);
            server.createContext("/", new SmartHttpHandler(backend));
            server.start();
            return new SmartHttpServer(server, executor);
        } catch (IOException | RuntimeException e) {
            executor.shutdownNow();
            throw e;
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /// Breaks off what is under way.
    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
