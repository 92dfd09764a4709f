package io.quaestor.sandbox.rpc;

import java.io.IOException;

/// Connects to servers that speak Gitaly's protocol.
@FunctionalInterface
public interface PeerDialer {

    /// Prepares a connection; it is made with the first call.
    ///
    /// @param address as in the configuration of a proxy, for example `tcp://127.0.0.1:8075`
    /// @throws IOException if the address is not understood
    Peer dial(String address, BearerToken token) throws IOException;
}
