package io.quaestor.transport.client;

import io.grpc.BindableService;
import io.quaestor.transport.EventLoops;
import io.quaestor.transport.MalformedMessages;
import io.quaestor.wire.BackchannelServer;
import java.io.IOException;
import java.util.List;

/// What nodes may ask of the proxy on the connections that it made to them: to vote (TR 1.6). Nobody else reaches it, so it
/// asks for no token.
public final class Backchannel implements AutoCloseable {

    private final BackchannelServer server;

    private Backchannel(BackchannelServer server) {
        this.server = server;
    }

    /// Starts it; one serves all connections.
    ///
    /// @param services what is answered; calls come on the event loop of the connection
    public static Backchannel start(EventLoops loops, List<BindableService> services) throws IOException {
        return new Backchannel(BackchannelServer.start(
                loops.group(),
                server -> services.forEach(service -> server.addService(MalformedMessages.refusedBy(service)))));
    }

    BackchannelServer server() {
        return server;
    }

    @Override
    public void close() {
        server.server().shutdownNow();
    }
}
