package io.quaestor.testkit.fake;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.plugin.Meters;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/// Meters that remember. A meter is asked for by the same name and labels, in the same order, as it was made with.
@API(status = EXPERIMENTAL, since = "0.1")
public final class RecordingMeters implements Meters {

    private final Map<List<String>, DoubleAdder> counters = new ConcurrentHashMap<>();
    private final Map<List<String>, List<Duration>> timers = new ConcurrentHashMap<>();
    private final Map<List<String>, Supplier<Number>> gauges = new ConcurrentHashMap<>();

    @Override
    public Counter counter(String name, String help, String... labels) {
        DoubleAdder sum = counters.computeIfAbsent(key(name, labels), _ -> new DoubleAdder());
        return amount -> {
            if (amount < 0) {
                throw new IllegalArgumentException(name + " counts down: " + amount);
            }
            sum.add(amount);
        };
    }

    @Override
    public Timer timer(String name, String help, String... labels) {
        return timers.computeIfAbsent(key(name, labels), _ -> new CopyOnWriteArrayList<>())::add;
    }

    @Override
    public void gauge(String name, String help, Supplier<Number> value, String... labels) {
        gauges.put(key(name, labels), value);
    }

    /// What a counter has reached; zero if it was never made.
    public double count(String name, String... labels) {
        DoubleAdder sum = counters.get(key(name, labels));
        return sum == null ? 0 : sum.sum();
    }

    /// What a timer has taken down, in order; empty if it was never made.
    public List<Duration> durations(String name, String... labels) {
        return List.copyOf(timers.getOrDefault(key(name, labels), List.of()));
    }

    /// What a gauge shows now.
    ///
    /// @throws AssertionError if it was never made
    public double gauge(String name, String... labels) {
        Supplier<Number> value = gauges.get(key(name, labels));
        if (value == null) {
            throw new AssertionError("no gauge " + key(name, labels) + " among " + gauges.keySet());
        }
        return value.get().doubleValue();
    }

    private static List<String> key(String name, String... labels) {
        if (labels.length % 2 != 0) {
            throw new IllegalArgumentException("labels of " + name + " are not pairs: " + List.of(labels));
        }
        return Stream.concat(Stream.of(name), Arrays.stream(labels))
                .toList();
    }
}
