package io.quaestor.runtime.config;

import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.plugin.Secret;

/// One storage of a virtual storage, and the node that has it.
///
/// @param storage its name, also on the node
/// @param address where the node is, with its scheme: `tcp://`, `tls://`, `unix:`, `dns:`, `dns+tls:`
/// @param token   what the node wants to hear; empty if nothing
public record NodeConfiguration(StorageName storage, String address, Secret token) {}
