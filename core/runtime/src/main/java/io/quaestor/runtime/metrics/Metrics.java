package io.quaestor.runtime.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;

/// All meters of the process.
///
/// **Threads:** any. Making a meter costs a look-up; counting costs an addition.
public final class Metrics {

    private final PrometheusMeterRegistry registry;
    private final Gauges gauges;

    /// @param latencyBuckets upper bounds in seconds of every timer (OPS 1.4); empty for no histograms
    public Metrics(List<Double> latencyBuckets) {
        registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config().namingConvention(NamingConvention.snakeCase).meterFilter(new Buckets(latencyBuckets));
        gauges = new Gauges(registry);
    }

    /// The registry itself, for those who need more than [RegistryMeters]. Names are taken as they are; a counter gets
    /// no `_total`, a timer no `_seconds`.
    public MeterRegistry registry() {
        return registry;
    }

    /// Meters for a plug-in, or for a part of the core.
    public RegistryMeters meters() {
        return new RegistryMeters(registry, gauges);
    }

    /// Everything in the text format of Prometheus, version 0.0.4.
    public String scrape() {
        return PrometheusText.write(registry.getMeters());
    }

    /// Gives every timer the buckets of the configuration.
    private record Buckets(List<Double> seconds) implements MeterFilter {

        @Override
        public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
            if (id.getType() != Meter.Type.TIMER || config.getServiceLevelObjectiveBoundaries() != null) {
                return config;
            }
            double[] nanos = seconds.stream()
                    .mapToDouble(bound -> bound * Duration.ofSeconds(1).toNanos())
                    .toArray();
            return DistributionStatisticConfig.builder()
                    .serviceLevelObjectives(nanos)
                    .build()
                    .merge(config);
        }
    }
}
