package io.quaestor.transport.server;

import io.quaestor.coordinator.Authentication;
import io.quaestor.coordinator.Leader;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.reading.ReadFeedback;
import io.quaestor.transport.EventLoops;
import io.quaestor.transport.client.NodeChannels;
import io.quaestor.wire.sidechannel.SidechannelObserver;

/// What proxied calls need.
///
/// @param loops          the event loops that serve clients and nodes
/// @param leader         says where calls go
/// @param authentication judges clients
/// @param nodes          the ways to the nodes, on the same event loops
/// @param feedback       hears of every call to a node
/// @param meters         counts the calls of clients
/// @param sidechannels   counts the bytes beside calls
/// @param fanOut         what a call to several nodes may hold back
/// @param clock          the time
/// @param seed           for ids of requests that bring none
public record ProxyParts(
        EventLoops loops,
        Leader leader,
        Authentication authentication,
        NodeChannels nodes,
        ReadFeedback feedback,
        CallMeters meters,
        SidechannelObserver sidechannels,
        FanOutLimits fanOut,
        Clock clock,
        long seed) {}
