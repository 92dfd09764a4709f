package io.quaestor.health;

import java.time.Duration;

/// How often nodes are asked, and how long is waited.
///
/// @param period      from the end of one probe of a node to the next, and from one report to the next
/// @param probeLimit  within which a node must answer
/// @param reportLimit within which the datastore must take the report
public record HealthSettings(Duration period, Duration probeLimit, Duration reportLimit) {

    /// The times of RT 12.4, which the ten seconds of the fleet's view (RT 7.2) are made for.
    public static final HealthSettings DEFAULT =
            new HealthSettings(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(5));

    public HealthSettings {
        if (!period.isPositive() || !probeLimit.isPositive() || !reportLimit.isPositive()) {
            throw new IllegalArgumentException("a time of the health checks is not positive: " + period + ", "
                    + probeLimit + ", " + reportLimit);
        }
    }
}
