package io.quaestor.runtime.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// Gauges of which the last one of a name holds. Micrometer keeps the first, which would be that of a plug-in that has
/// been exchanged.
final class Gauges {

    private final MeterRegistry registry;
    private final Map<Key, Entry> entries = new ConcurrentHashMap<>();

    Gauges(MeterRegistry registry) {
        this.registry = registry;
    }

    /// Takes a gauge away again, unless somebody else has put another in its place.
    interface Handle {
        void remove();
    }

    private record Key(String name, Tags tags) {}

    private record Entry(AtomicReference<Supplier<Number>> value, Gauge gauge) {}

    Handle put(String name, String help, Tags tags, Supplier<Number> value) {
        var key = new Key(name, tags);
        entries.compute(key, (_, old) -> {
            if (old != null) {
                old.value().set(value);
                return old;
            }
            var current = new AtomicReference<>(value);
            var gauge = Gauge.builder(name, () -> current.get().get())
                    .description(help)
                    .tags(tags)
                    .register(registry);
            return new Entry(current, gauge);
        });
        return () -> remove(key, value);
    }

    private void remove(Key key, Supplier<Number> value) {
        entries.computeIfPresent(key, (_, entry) -> {
            if (!entry.value().get().equals(value)) { // somebody else has put another in its place
                return entry;
            }
            registry.remove(entry.gauge());
            return null;
        });
    }
}
