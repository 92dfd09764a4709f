package io.quaestor.transport.server;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/// One place where clients connect to.
public sealed interface Listener {

    /// An address of this host.
    ///
    /// @param address port 0 takes a free one, see [ProxyServer#ports]
    record Tcp(InetSocketAddress address) implements Listener {}

    /// A socket in the file system. What is left of an earlier one is removed.
    record Unix(Path path) implements Listener {}

    /// Reads `host:port`, `:port` or `[host]:port` (`listen_addr`, OPS 1.8).
    ///
    /// @throws IllegalArgumentException with a text for the operator
    static Listener tcp(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("address names no port: \"" + address + "\"");
        }
        String host = address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(address.substring(colon + 1));
            var resolved = host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
            if (resolved.isUnresolved()) {
                throw new IllegalArgumentException("unknown host: \"" + address + "\"");
            }
            return new Tcp(resolved);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("port is not a number: \"" + address + "\"");
        }
    }
}
