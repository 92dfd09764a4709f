package io.quaestor.sandbox.smarthttp;

import io.quaestor.sandbox.rpc.LoopbackServer;
import java.io.IOException;
import java.util.concurrent.ThreadFactory;

/// Serves Git repositories by smart HTTP on the loopback address, one virtual thread per request.
public final class SmartHttpServer implements AutoCloseable {

    private final LoopbackServer server;

    private SmartHttpServer(LoopbackServer server) {
        this.server = server;
    }

    /// @param port    0 for any free one
    /// @param threads makes virtual threads
    public static SmartHttpServer start(int port, GitBackend backend, ThreadFactory threads) throws IOException {
        return new SmartHttpServer(LoopbackServer.start(port, new SmartHttpHandler(backend), threads));
    }

    public int port() {
        return server.port();
    }

    /// Breaks off what is under way.
    @Override
    public void close() {
        server.close();
    }
}
