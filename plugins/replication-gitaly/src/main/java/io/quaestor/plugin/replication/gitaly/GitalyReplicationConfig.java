package io.quaestor.plugin.replication.gitaly;

import java.time.Duration;

/// Time limits, so that no job holds a worker for ever. Praefect has none (RT 6.4).
///
/// @param copyLimit how long one copy may take; the largest repository has to get through on the slowest way, `6h`
/// @param callLimit how long any other call to a node may take, for example a removal, `10m`
public record GitalyReplicationConfig(Duration copyLimit, Duration callLimit) {

    public GitalyReplicationConfig {
        if (!copyLimit.isPositive()) {
            throw new IllegalArgumentException("copy_limit is not positive: " + copyLimit);
        }
        if (!callLimit.isPositive()) {
            throw new IllegalArgumentException("call_limit is not positive: " + callLimit);
        }
    }

    public static GitalyReplicationConfig defaults() {
        return new GitalyReplicationConfig(Duration.ofHours(6), Duration.ofMinutes(10));
    }
}
