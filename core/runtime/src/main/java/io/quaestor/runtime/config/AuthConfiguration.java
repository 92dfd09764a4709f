package io.quaestor.runtime.config;

import io.quaestor.spi.plugin.Secret;

/// Who may call.
///
/// @param token         what clients must know; empty if everybody may call
/// @param transitioning whether calls are only counted, not refused
public record AuthConfiguration(Secret token, boolean transitioning) {}
