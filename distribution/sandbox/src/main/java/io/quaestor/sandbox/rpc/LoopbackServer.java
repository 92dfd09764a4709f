package io.quaestor.sandbox.rpc;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/// Serves HTTP on the loopback address, one virtual thread per request.
public final class LoopbackServer implements AutoCloseable {

    static {
        // Read once, when the first server is made. Answers of Git's negotiation are small: without this each waits for
        // the other side's delayed acknowledgement.
        SystemDefaults.set("sun.net.httpserver.nodelay", "true");
        // Longest time, in seconds, for a request to arrive and for its answer to leave: a peer that hangs is dropped.
        SystemDefaults.set("sun.net.httpserver.maxReqTime", "21600");
        SystemDefaults.set("sun.net.httpserver.maxRspTime", "21600");
    }

    private final HttpServer server;
    private final ExecutorService executor;

    private LoopbackServer(HttpServer server, ExecutorService executor) {
        this.server = server;
        this.executor = executor;
    }

    /// @param port    0 for any free one
    /// @param handler gets every request, whatever its path; may block
    /// @param threads makes virtual threads
    public static LoopbackServer start(int port, HttpHandler handler, ThreadFactory threads) throws IOException {
        var executor = Executors.newThreadPerTaskExecutor(threads);
        try {
            var server = HttpServer.create(Loopback.port(port), 128);
            server.setExecutor(executor);
            server.createContext("/", handler);
            server.start();
            return new LoopbackServer(server, executor);
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
