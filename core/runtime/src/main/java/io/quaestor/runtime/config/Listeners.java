package io.quaestor.runtime.config;

import io.quaestor.runtime.config.ListenAddress.Scheme;
import java.util.List;

/// All places where the proxy listens for clients.
///
/// @param addresses   without schemes; at least one
/// @param listenAddr  the key `listen_addr` as it is written; empty if it is not there
/// @param socketPath  the key `socket_path` as it is written; empty if it is not there
/// @param tlsListenAddr the key `tls_listen_addr` as it is written; empty if it is not there
public record Listeners(List<ListenAddress> addresses, String listenAddr, String socketPath, String tlsListenAddr) {

    public Listeners {
        addresses = List.copyOf(addresses);
    }

    /// The name of this proxy among others, as Praefect makes it, so that a proxy that takes its place has its vote
    /// (OPS 6.1). The address for TLS is used only where Praefect's name would be empty.
    public String proxyName(String hostName) {
        String place = !listenAddr.isEmpty() ? listenAddr : !socketPath.isEmpty() ? socketPath : tlsListenAddr;
        return hostName + ":" + place;
    }

    /// Whether any listener speaks TLS.
    public boolean hasTls() {
        return addresses.stream().anyMatch(address -> address.scheme() == Scheme.TLS);
    }
}
