package io.quaestor.runtime.config;

/// The sessions that carry many connections in one, towards the nodes.
///
/// @param maximumStreamWindow most bytes under way on one stream
/// @param acceptBacklog       most streams that wait to be accepted
public record YamuxConfiguration(long maximumStreamWindow, int acceptBacklog) {}
