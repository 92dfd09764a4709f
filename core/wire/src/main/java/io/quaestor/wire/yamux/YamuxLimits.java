package io.quaestor.wire.yamux;

import java.time.Duration;

/// How much one connection may hold.
///
/// @param primaryWindow     receive window of stream 1 in bytes. Its data goes on to HTTP/2 at once, which has windows of its
///                          own, so a large value costs no memory
/// @param streamWindow      receive window of every other stream in bytes: what the peer may send ahead of the reader
/// @param totalWindow       the sum of `streamWindow` over all open streams, in bytes. A stream that does not fit gets less, down to
///                          the 262,144 of the protocol, and is refused below that
/// @param maxIncoming       streams that the peer may have open; more are refused by RST
/// @param maxUnacknowledged streams opened by us that the peer has not acknowledged; more are not opened. A Go peer refuses
///                          what exceeds its accept backlog, 256 by default (TR 1.5)
/// @param openLimit         time for the peer to acknowledge a stream; afterwards that stream is reset, the connection lives on
public record YamuxLimits(
        int primaryWindow, int streamWindow, long totalWindow, int maxIncoming, int maxUnacknowledged, Duration openLimit) {

    public YamuxLimits {
        requireWindow("primary window", primaryWindow);
        requireWindow("stream window", streamWindow);
        if (totalWindow < Frame.INITIAL_WINDOW) {
            throw new IllegalArgumentException("total window is below 262144: " + totalWindow);
        }
        if (maxIncoming < 1 || maxUnacknowledged < 1) {
            throw new IllegalArgumentException("a limit of streams is below 1");
        }
    }

    /// 16 MiB for stream 1 and 1 MiB for others (TR 3.7 R9), 256 MiB in all, 1,000 incoming streams (R12), 256 opens in
    /// flight (R16), 75 s to acknowledge (TR 1.5).
    public static YamuxLimits standard() {
        return new YamuxLimits(16 << 20, 1 << 20, 256L << 20, 1_000, 256, Duration.ofSeconds(75));
    }

    /// The same limits with another receive window for stream 1 and for the others.
    public YamuxLimits withWindows(int primary, int others) {
        return new YamuxLimits(primary, others, totalWindow, maxIncoming, maxUnacknowledged, openLimit);
    }

    private static void requireWindow(String name, int bytes) {
        if (bytes < Frame.INITIAL_WINDOW) { // the protocol grants as much without asking, so less cannot be said
            throw new IllegalArgumentException(name + " is below 262144: " + bytes);
        }
    }
}
