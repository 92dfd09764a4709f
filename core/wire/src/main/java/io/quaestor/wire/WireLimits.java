package io.quaestor.wire;

import io.quaestor.wire.yamux.YamuxLimits;
import java.time.Duration;

/// How much one connection may hold and how long things may take on it.
///
/// @param yamux           windows and numbers of streams
/// @param negotiation     for a new incoming connection to say what it is and to begin HTTP/2; then it is closed
/// @param dispatch        for a stream that the peer opened to say what it is; then it is reset
/// @param maxUndispatched streams of the peer that have not said what they are; more are refused
/// @param sidechannelOpen for the peer to confirm a sidechannel
public record WireLimits(
        YamuxLimits yamux, Duration negotiation, Duration dispatch, int maxUndispatched, Duration sidechannelOpen) {

    /// [YamuxLimits#standard], 10 s to negotiate, 10 s and 256 streams to dispatch (TR 3.7 R12), 5 s for a sidechannel
    /// (TR 2.2).
    public static WireLimits standard() {
        return new WireLimits(
                YamuxLimits.standard(), Duration.ofSeconds(10), Duration.ofSeconds(10), 256, Duration.ofSeconds(5));
    }

    /// The same with other limits for yamux.
    public WireLimits withYamux(YamuxLimits other) {
        return new WireLimits(other, negotiation, dispatch, maxUndispatched, sidechannelOpen);
    }

    /// The same with another time for new connections.
    public WireLimits withNegotiation(Duration other) {
        return new WireLimits(yamux, other, dispatch, maxUndispatched, sidechannelOpen);
    }

    /// The same with another time for the confirmation of a sidechannel.
    public WireLimits withSidechannelOpen(Duration other) {
        return new WireLimits(yamux, negotiation, dispatch, maxUndispatched, other);
    }
}
