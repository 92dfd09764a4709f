package io.quaestor.transport.server;

import java.time.Duration;

/// What a call that goes to several nodes may hold back.
///
/// @param bytesInFlight how much waits for one node at most, beside one message, before the client is not asked for more
/// @param stall         for a node beside the first to take what waits for it; then it leaves, and the others go on
public record FanOutLimits(int bytesInFlight, Duration stall) {

    /// 1 MiB (TR 7.5) and 30 s.
    public static final FanOutLimits DEFAULT = new FanOutLimits(1 << 20, Duration.ofSeconds(30));
}
