package io.quaestor.runtime.config;

/// Where the proxy listens for clients (OPS 1.8).
///
/// @param scheme  how
/// @param address `host:port`, or the path of a socket; without the scheme
public record ListenAddress(Scheme scheme, String address) {

    /// How a listener speaks.
    public enum Scheme {
        TCP,
        TLS,
        UNIX
    }

    /// The host of `host:port`, without brackets; empty for all addresses of the machine.
    ///
    /// @throws IllegalStateException for the path of a socket
    public String host() {
        String host = address.substring(0, colon());
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /// The port of `host:port`.
    ///
    /// @throws IllegalStateException for the path of a socket
    public int port() {
        return Integer.parseInt(address.substring(colon() + 1));
    }

    /// The same, with the loopback address in the place of all addresses.
    ListenAddress toDial() {
        if (scheme == Scheme.UNIX) {
            return this;
        }
        return switch (host()) {
            case "", "0.0.0.0" -> new ListenAddress(scheme, "127.0.0.1:" + port());
            case "::" -> new ListenAddress(scheme, "[::1]:" + port());
            default -> this;
        };
    }

    private int colon() {
        if (scheme == Scheme.UNIX) {
            throw new IllegalStateException("a socket has no host and port: " + address);
        }
        return address.lastIndexOf(':');
    }

    /// Whether a text is `host:port` with a port from 0 to 65535.
    static boolean isHostAndPort(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        return colon >= 0 && port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65_535;
    }
}
