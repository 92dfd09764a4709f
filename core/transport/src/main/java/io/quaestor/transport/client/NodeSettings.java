package io.quaestor.transport.client;

import io.quaestor.wire.WireLimits;
import java.time.Duration;

/// How connections to nodes behave.
///
/// @param connectLimit     for one attempt to connect; then the next follows (TR 5.3)
/// @param retryPeriod      between attempts while a node cannot be reached (TR 5.3)
/// @param keepAlive        after this time without a sign of life the peer is asked for one
/// @param keepAliveTimeout how long it may take to answer; then the connection is given up
/// @param wire             windows of the streams on one connection (`[yamux]`)
public record NodeSettings(
        Duration connectLimit,
        Duration retryPeriod,
        Duration keepAlive,
        Duration keepAliveTimeout,
        WireLimits wire) {

    /// Praefect's: 1 s to connect, each second again, a ping after 20 s, 20 s for its answer (TR 4.7, 5.3).
    public static final NodeSettings DEFAULT = new NodeSettings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            WireLimits.standard());

    /// The same with other limits of connections.
    public NodeSettings withWire(WireLimits other) {
        return new NodeSettings(connectLimit, retryPeriod, keepAlive, keepAliveTimeout, other);
    }
}
