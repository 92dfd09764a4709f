package io.quaestor.spi.plugin;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import java.time.Duration;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ProviderType;

/// Where a plug-in counts. Names are in the form of Prometheus; labels come as pairs of name and value.
///
/// **Threads:** any, the event loop included. **Blocking:** never. Making a meter costs a look-up: keep it.
@API(status = EXPERIMENTAL, since = "0.1")
@ProviderType
public interface Meters {

    /// A number that only grows.
    Counter counter(String name, String help, String... labels);

    /// How long something took; shown in seconds.
    Timer timer(String name, String help, String... labels);

    /// A number that is read when somebody looks.
    void gauge(String name, String help, Supplier<Number> value, String... labels);

    /// A number that only grows.
    @FunctionalInterface
    interface Counter {

        /// Adds; the amount is not negative.
        void add(double amount);

        /// Adds one.
        default void increment() {
            add(1);
        }
    }

    /// Takes down durations.
    @FunctionalInterface
    interface Timer {

        /// Takes down one.
        void record(Duration duration);
    }
}
