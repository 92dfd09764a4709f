package io.quaestor.coordinator;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.ProxyLife;

/// An intent of this proxy that is open.
///
/// @param life under which it was opened; only while that is held anything may be permitted
record Intent(IntentId id, ProxyLife life) {}
