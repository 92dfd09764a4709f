package io.quaestor.wire.yamux;

/// What a session counted since it began.
///
/// @param strayFrames   frames for streams that are not open: ordinary after RST and time limits, many of them are a sign of
///                      a confused peer
/// @param refused       streams of the peer that a limit refused
/// @param resetsSent    streams that this side aborted
/// @param resetsReceived streams that the peer aborted
public record YamuxCounters(long strayFrames, long refused, long resetsSent, long resetsReceived) {}
