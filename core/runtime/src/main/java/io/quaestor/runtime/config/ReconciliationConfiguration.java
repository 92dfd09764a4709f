package io.quaestor.runtime.config;

import java.time.Duration;
import java.util.List;

/// The look-out for replicas that lag.
///
/// @param interval         time between two walks; zero or less for none
/// @param histogramBuckets upper bounds in seconds, ascending
public record ReconciliationConfiguration(Duration interval, List<Double> histogramBuckets) {

    public ReconciliationConfiguration {
        histogramBuckets = List.copyOf(histogramBuckets);
    }

    /// Whether it is done at all.
    public boolean enabled() {
        return interval.isPositive();
    }
}
