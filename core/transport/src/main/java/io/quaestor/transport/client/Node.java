package io.quaestor.transport.client;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.Secret;

/// A storage node as the configuration names it.
///
/// @param id      which
/// @param address where it listens, as in the configuration
/// @param token   what it knows the proxy by; may be empty
public record Node(NodeId id, String address, Secret token) {}
