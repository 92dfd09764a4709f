package io.quaestor.transport.client;

import io.quaestor.transport.EventLoops;
import io.quaestor.wire.BackchannelServer;
import java.io.IOException;

/// What nodes may ask of the proxy on the connections that it made to them: nothing yet. They find a server that knows no
/// method, so that a node which looks for votes is told so at once.
public final class Backchannel implements AutoCloseable {

    private final BackchannelServer server;

    private Backchannel(BackchannelServer server) {
        this.server = server;
    }

    /// Starts it; one serves all connections.
    public static Backchannel start(EventLoops loops) throws IOException {
        return new Backchannel(BackchannelServer.start(loops.group(), _ -> {}));
    }

    BackchannelServer server() {
        return server;
    }

    @Override
    public void close() {
        server.server().shutdownNow();
    }
}
