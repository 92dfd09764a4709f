package io.quaestor.transport.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/// Where a node, or another proxy, listens (TR 5.1).
public sealed interface NodeAddress {

    /// A host and its port.
    ///
    /// @param host name or IP address, IPv6 without brackets
    record Tcp(String host, int port) implements NodeAddress {

        @Override
        public String authority() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /// A socket in the file system.
    record Unix(Path path) implements NodeAddress {

        @Override
        public String authority() {
            return "localhost"; // as grpc-go says for Unix sockets
        }
    }

    /// What the peer is told to be called.
    String authority();

    /// Reads `tcp://host:port`, `dns:host:port`, `dns:///host:port`, `unix:path` or `unix:///path`.
    ///
    /// @throws IllegalArgumentException with a text for the operator
    static NodeAddress parse(String address) {
        if (address.startsWith("unix:")) {
            String path = address.substring("unix:".length());
            if (path.isEmpty()) {
                throw new IllegalArgumentException("address names no path: \"" + address + "\"");
            }
            return new Unix(Path.of(path));
        }
        if (address.startsWith("tcp://")) {
            return tcp(address, address.substring("tcp://".length()));
        }
        if (address.startsWith("dns:///")) {
            return tcp(address, address.substring("dns:///".length()));
        }
        if (address.startsWith("dns://")) {
            throw new IllegalArgumentException(
                    "address names a DNS server of its own, which is not supported yet: \"" + address + "\"");
        }
        if (address.startsWith("dns:")) {
            return tcp(address, address.substring("dns:".length()));
        }
        if (address.startsWith("tls://") || address.startsWith("dns+tls:")) {
            throw new IllegalArgumentException(
                    "TLS to nodes is not supported yet, use tcp:// or unix: instead: \"" + address + "\"");
        }
        throw new IllegalArgumentException("address begins with none of tcp://, unix: and dns: \"" + address + "\"");
    }

    private static Tcp tcp(String address, String hostAndPort) {
        try {
            var uri = new URI("tcp://" + hostAndPort);
            boolean bare = uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null;
            if (uri.getHost() != null && bare) {
                if (uri.getPort() < 0) {
                    throw new IllegalArgumentException("address names no port: \"" + address + "\"");
                }
                String host = uri.getHost();
                boolean bracketed = host.startsWith("[");
                return new Tcp(bracketed ? host.substring(1, host.length() - 1) : host, uri.getPort());
            }
        } catch (URISyntaxException _) {
            // told below, in words that name the whole address
        }
        throw new IllegalArgumentException("address is not a host and a port: \"" + address + "\"");
    }
}
