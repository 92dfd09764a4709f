package io.quaestor.runtime.config;

import java.time.Duration;
import java.util.List;

/// Metrics.
///
/// @param listenAddress  `host:port` of the HTTP listener; empty for none
/// @param scrapeTimeout  how long the collectors of the database may take
/// @param latencyBuckets upper bounds in seconds, ascending; empty for no latency histograms
public record PrometheusConfiguration(String listenAddress, Duration scrapeTimeout, List<Double> latencyBuckets) {

    public PrometheusConfiguration {
        latencyBuckets = List.copyOf(latencyBuckets);
    }
}
