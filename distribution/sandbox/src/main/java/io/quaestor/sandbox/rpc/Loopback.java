package io.quaestor.sandbox.rpc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/// The address that only this machine reaches. Always 127.0.0.1, never ::1: addresses are compared as text.
public final class Loopback {

    private Loopback() {}

    /// @param port 0 for any free one
    public static InetSocketAddress port(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
