package io.quaestor.sandbox.rpc;

import io.grpc.Channel;
import java.time.Duration;

/// A connection to a server that speaks Gitaly's protocol: a node or a proxy.
public interface Peer extends AutoCloseable {

    /// For calls, also with a sidechannel; adds the token to each.
    Channel channel();

    /// Waits for the connection, so that the next call does not fail just because the server came back a moment ago.
    ///
    /// @return whether it is there
    boolean connect(Duration limit) throws InterruptedException;

    @Override
    void close();
}
