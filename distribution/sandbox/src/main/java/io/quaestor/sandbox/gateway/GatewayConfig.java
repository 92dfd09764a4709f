package io.quaestor.sandbox.gateway;

import io.quaestor.sandbox.rpc.BearerToken;

/// Where the gateway listens and whom it asks.
///
/// @param port    on the loopback address; 0 for any free one
/// @param address of the proxy, or of a single node, for example `tcp://127.0.0.1:2305`
/// @param storage the virtual storage in which all repositories lie
public record GatewayConfig(int port, String address, BearerToken token, String storage) {

    /// The virtual storage of a sandbox.
    public static final String DEFAULT_STORAGE = "default";
}
