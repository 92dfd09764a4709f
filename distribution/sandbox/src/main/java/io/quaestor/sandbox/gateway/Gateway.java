package io.quaestor.sandbox.gateway;

import io.quaestor.sandbox.rpc.Peer;
import io.quaestor.sandbox.rpc.PeerDialer;
import io.quaestor.sandbox.smarthttp.SmartHttpServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/// Serves the repositories of a virtual storage at `http://127.0.0.1:PORT/any/name.git`.
///
/// The repository `any/name` (the `.git` may be left out) has the relative path `any/name.git`. A push to an unknown
/// name creates it; a fetch of one is answered 404. Whoever reaches the port may do anything: it is for one machine.
public final class Gateway implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Peer peer;
    private final SmartHttpServer server;

    private Gateway(Peer peer, SmartHttpServer server) {
        this.peer = peer;
        this.server = server;
    }

    /// @param dialer  makes the multiplexed connection to the proxy
    /// @param threads makes virtual threads
    /// @throws IOException if the port is taken or the address is not understood
    public static Gateway start(GatewayConfig config, PeerDialer dialer, ThreadFactory threads) throws IOException {
        var peer = dialer.dial(config.address(), config.token());
        try {
            var backend = new ProxyBackend(peer, config.storage(), threads, Gateway::pause);
            return new Gateway(peer, SmartHttpServer.start(config.port(), backend, threads));
        } catch (IOException | RuntimeException e) {
            peer.close();
            throw e;
        }
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
        peer.close();
    }

    private static void pause() throws InterruptedException {
        var _ = new CountDownLatch(1).await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
