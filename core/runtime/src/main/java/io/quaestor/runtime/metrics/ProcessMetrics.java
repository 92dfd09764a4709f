package io.quaestor.runtime.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/// What every process shows: the family `process_`, which general alerts use, `jvm_` in the place of Go's, and the build
/// (OPS 4.6).
public final class ProcessMetrics implements AutoCloseable {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double NANOS = 1e9;

    private final JvmGcMetrics collections = new JvmGcMetrics();

    private ProcessMetrics() {}

    /// Registers them.
    ///
    /// @param version of this build
    public static ProcessMetrics register(Metrics metrics, String version) {
        var registry = metrics.registry();
        Gauge.builder("gitlab_build_info", () -> 1)
                .tag("version", version)
                .tag("built", "")
                .register(registry);
        process(registry);
        var result = new ProcessMetrics();
        result.collections.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        return result;
    }

    @Override
    public void close() {
        collections.close();
    }

    private static void process(MeterRegistry registry) {
        var start = ManagementFactory.getRuntimeMXBean();
        gauge(registry, "process_start_time_seconds", () -> start.getStartTime() / 1e3);
        gauge(registry, "process_resident_memory_bytes", () -> status("VmRSS:"));
        gauge(registry, "process_virtual_memory_bytes", () -> status("VmSize:"));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            FunctionCounter.builder("process_cpu_seconds_total", system, it -> it.getProcessCpuTime() / NANOS)
                    .register(registry);
            gauge(registry, "process_open_fds", system::getOpenFileDescriptorCount);
            gauge(registry, "process_max_fds", system::getMaxFileDescriptorCount);
        }
    }

    private static void gauge(MeterRegistry registry, String name, Supplier<Number> value) {
        Gauge.builder(name, value).strongReference(true).register(registry);
    }

    /// A line of `/proc/self/status` in bytes; not a number where there is no such file.
    private static double status(String key) {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length()).replace("kB", "").strip())
                    .mapToDouble(kibibytes -> Double.parseDouble(kibibytes) * 1024)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException _) {
            return Double.NaN;
        }
    }
}
