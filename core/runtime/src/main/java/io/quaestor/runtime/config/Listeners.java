package io.quaestor.runtime.config;

import io.quaestor.runtime.config.ListenAddress.Scheme;
import java.util.List;
import java.util.stream.Stream;

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

    /// Where a command on the same machine reaches the proxy: a socket before TCP before TLS (OPS 2.3), and the loopback
    /// address where the proxy listens at all addresses.
    public ListenAddress toDial() {
        return Stream.of(Scheme.UNIX, Scheme.TCP, Scheme.TLS)
                .flatMap(scheme -> addresses.stream().filter(address -> address.scheme() == scheme))
                .findFirst()
                .map(ListenAddress::toDial)
                .orElseThrow(() -> new IllegalStateException("no listeners"));
    }

    /// Whether any listener speaks TLS.
    public boolean hasTls() {
        return addresses.stream().anyMatch(address -> address.scheme() == Scheme.TLS);
    }
}
