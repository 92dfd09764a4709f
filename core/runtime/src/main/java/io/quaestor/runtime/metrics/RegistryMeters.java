package io.quaestor.runtime.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quaestor.spi.plugin.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The meters of one plug-in, or of one part of the core. Closing it takes its gauges away, since they hold on to whoever
/// made them; counters and timers stay, so that numbers go on when a plug-in is exchanged.
///
/// **Threads:** any.
public final class RegistryMeters implements Meters, AutoCloseable {

    private final MeterRegistry registry;
    private final Gauges gauges;
    private final List<Gauges.Handle> mine = new ArrayList<>();

    RegistryMeters(MeterRegistry registry, Gauges gauges) {
        this.registry = registry;
        this.gauges = gauges;
    }

    @Override
    public Counter counter(String name, String help, String... labels) {
        var counter = io.micrometer.core.instrument.Counter.builder(name)
                .description(help)
                .tags(labels)
                .register(registry);
        return counter::increment;
    }

    @Override
    public Timer timer(String name, String help, String... labels) {
        var timer = io.micrometer.core.instrument.Timer.builder(name)
                .description(help)
                .tags(labels)
                .register(registry);
        return timer::record;
    }

    @Override
    public void gauge(String name, String help, Supplier<Number> value, String... labels) {
        var handle = gauges.put(name, help, Tags.of(labels), value);
        synchronized (mine) {
            mine.add(handle);
        }
    }

    @Override
    public void close() {
        synchronized (mine) {
            mine.forEach(Gauges.Handle::remove);
            mine.clear();
        }
    }
}
