package io.quaestor.repair;

import io.quaestor.spi.datastore.Ripeness;
import java.time.Duration;

/// How the writes of dead proxies are settled.
///
/// @param lease     how long a proxy may be silent; for as long nothing is settled after the datastore was away
/// @param ripeness  when nodes can no longer write for the dead
/// @param nodeLimit for a node to remove what a creation left
public record RecoverySettings(Duration lease, Ripeness ripeness, Duration nodeLimit) {}
