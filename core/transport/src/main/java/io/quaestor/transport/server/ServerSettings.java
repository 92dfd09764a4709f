package io.quaestor.transport.server;

import java.time.Duration;
import java.util.List;

/// Where and how the proxy listens.
///
/// @param listeners       where; not empty
/// @param maxMetadata     bytes of headers that one call may bring, 1 to 16 MiB
/// @param maxCalls        calls at the same time on one connection
/// @param negotiation     for a new connection to begin HTTP/2
/// @param keepAlive       after this time without a sign of life a client is asked for one
/// @param keepAliveTimeout how long it may take to answer; then the connection is given up
public record ServerSettings(
        List<Listener> listeners,
        int maxMetadata,
        int maxCalls,
        Duration negotiation,
        Duration keepAlive,
        Duration keepAliveTimeout) {

    private static final int MIB = 1 << 20;

    public ServerSettings {
        listeners = List.copyOf(listeners);
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("no listener is configured");
        }
        if (maxMetadata < MIB || maxMetadata > 16 * MIB) {
            throw new IllegalArgumentException("limit of metadata is not between 1 and 16 MiB: " + maxMetadata);
        }
    }

    /// 1 MiB of headers, 4096 calls, 10 s to begin, a ping after 5 minutes and 20 s for its answer (TR 4.7, 9.1).
    public static ServerSettings of(List<Listener> listeners) {
        return new ServerSettings(
                listeners,
                MIB,
                4096, // a Workhorse has one connection for everybody's fetches; Go's clients wait when it is full
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                Duration.ofSeconds(20));
    }

    /// The same with another limit of headers.
    public ServerSettings withMaxMetadata(int bytes) {
        return new ServerSettings(listeners, bytes, maxCalls, negotiation, keepAlive, keepAliveTimeout);
    }

    /// The same with another time for new connections.
    public ServerSettings withNegotiation(Duration limit) {
        return new ServerSettings(listeners, maxMetadata, maxCalls, limit, keepAlive, keepAliveTimeout);
    }
}
