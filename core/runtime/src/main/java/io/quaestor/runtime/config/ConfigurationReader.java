package io.quaestor.runtime.config;

import io.quaestor.runtime.config.LoggingConfiguration.Format;
import io.quaestor.runtime.config.LoggingConfiguration.Level;
import io.quaestor.runtime.go.GoDuration;
import io.quaestor.runtime.go.GoText;
import io.quaestor.spi.model.VirtualStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Interprets the tables of a configuration: defaults of OPS 1.4, checks of OPS 1.6 and 1.7 together. Where Praefect has
/// words for what is wrong, they are kept.
final class ConfigurationReader {

    /// `serve` of Praefect refuses less (OPS 1.6).
    private static final long LEAST_WINDOW = 262_144;

    private static final long UINT32 = 0xffff_ffffL;
    private static final List<Double> GRPC_BUCKETS =
            List.of(0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 10.0, 30.0, 60.0, 300.0, 1500.0);
    private static final List<Double> RECONCILIATION_BUCKETS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

    /// A call takes microseconds, a copy of a repository its time; those are waited for on their own.
    private static final Duration DRAIN_TIME = Duration.ofSeconds(10);

    private final Section root;
    private final Defaults defaults;
    private final Path home;
    private final Path data;

    ConfigurationReader(Section root, Defaults defaults, Path home, Path data) {
        this.root = root;
        this.defaults = defaults;
        this.home = home;
        this.data = data;
    }

    /// Interprets everything. What is wrong stands in the section's problems; the result is of use only if there are
    /// none.
    Configuration read(Path file) {
        root.raw("config_command");
        root.unused("memory_queue_enabled", "is ignored: repair jobs are always kept in the datastore");
        root.unused("sentry", "is not supported yet and is ignored");
        root.raw("plugin"); // read when the plug-ins are known
        root.raw("database");
        cleanup(root.section("repositories_cleanup"));
        var strategies = new StrategiesReader(defaults).read(root);
        var listeners = new ListenersReader(root).read();
        var virtualStorages = new VirtualStoragesReader(root, strategies).read();
        return new Configuration(
                file,
                listeners,
                gracefulStopTimeout(),
                new AuthReader(root.section("auth")).read(),
                new TlsReader(root.section("tls"), listeners.hasTls()).read(),
                logging(root.section("logging")),
                prometheus(root.section("prometheus")),
                new FailoverReader(root.section("failover")).read(),
                replication(root.section("replication")),
                reconciliation(root.section("reconciliation")),
                verification(root.section("background_verification")),
                yamux(root.section("yamux")),
                plugins(root.section("plugins")),
                strategies.datastore(),
                virtualStorages,
                new TransactionsReader(root.section("transactions")).read(serialized(virtualStorages)),
                new PluginSettings(root.raw()),
                warnings()); // last, when all the keys were asked for
    }

    private static Set<VirtualStorage> serialized(List<VirtualStorageConfiguration> virtualStorages) {
        return virtualStorages.stream()
                .filter(VirtualStorageConfiguration::serializeWrites)
                .map(VirtualStorageConfiguration::name)
                .collect(Collectors.toSet());
    }

    private List<Problem> warnings() {
        root.warnOfUnknownKeys();
        return root.problems().warnings();
    }

    private Duration gracefulStopTimeout() {
        Duration timeout = notNegative(root, "graceful_stop_timeout", Duration.ofMinutes(1));
        return timeout.isZero() ? Duration.ofMinutes(1) : timeout; // a zero cannot be told from no value (OPS 1.1.4)
    }

    private static LoggingConfiguration logging(Section section) {
        section.unused("dir", "is ignored, as by Praefect");
        String format = section.text("format", "");
        if (!List.of("", "text", "json").contains(format)) {
            section.wrong("format", "invalid logger format \"" + format + "\"");
        }
        Level level = switch (section.text("level", "info").toLowerCase(Locale.ROOT)) {
            case "", "info" -> Level.INFO;
            case "trace" -> Level.TRACE;
            case "debug" -> Level.DEBUG;
            case "warn", "warning" -> Level.WARNING;
            case "error", "fatal", "panic" -> Level.ERROR;
            case String other -> {
                section.wrong("level", "not supported: \"" + other + "\"");
                yield Level.INFO;
            }
        };
        section.warnOfUnknownKeys();
        return new LoggingConfiguration(format.equals("json") ? Format.JSON : Format.TEXT, level);
    }

    private PrometheusConfiguration prometheus(Section section) {
        String address = root.text("prometheus_listen_addr", "");
        if (!address.isEmpty() && !ListenAddress.isHostAndPort(address)) {
            root.wrong("prometheus_listen_addr", "must be host:port");
        }
        List<Double> buckets = section.fractions("grpc_latency_buckets", GRPC_BUCKETS);
        if (!isAscending(buckets)) {
            section.wrong("grpc_latency_buckets", "bad order: expected asc: " + shown(buckets));
        }
        var result = new PrometheusConfiguration(
                address, notNegative(section, "scrape_timeout", Duration.ofSeconds(10)), buckets);
        section.warnOfUnknownKeys();
        return result;
    }

    private static ReplicationConfiguration replication(Section section) {
        int batch = (int) section.whole("batch_size", 10, 0, Integer.MAX_VALUE);
        if (batch < 1) {
            section.wrong("batch_size", atLeast(0, 1), "replication batch size was 0 but must be >=1");
        }
        int workers = (int) section.whole("parallel_storage_processing_workers", 1, 0, Integer.MAX_VALUE);
        if (workers < 1) {
            section.wrong("parallel_storage_processing_workers", atLeast(0, 1));
        }
        section.warnOfUnknownKeys();
        return new ReplicationConfiguration(batch, workers);
    }

    private static ReconciliationConfiguration reconciliation(Section section) {
        // Praefect's documents say that a negative interval switches it off, and serve takes it (OPS 1.4)
        Duration interval = section.duration("scheduling_interval", Duration.ofMinutes(5));
        List<Double> buckets = section.fractions("histogram_buckets", RECONCILIATION_BUCKETS);
        if (!isAscending(buckets) && !interval.isZero()) {
            section.wrong("histogram_buckets", "bad order");
        }
        section.warnOfUnknownKeys();
        return new ReconciliationConfiguration(interval, buckets);
    }

    private static VerificationConfiguration verification(Section section) {
        var result = new VerificationConfiguration(
                section.duration("verification_interval", Duration.ofDays(7)),
                section.truth("delete_invalid_records", true));
        ignored(section, "verification_interval", "delete_invalid_records");
        section.warnOfUnknownKeys();
        return result;
    }

    private static YamuxConfiguration yamux(Section section) {
        long window = section.whole("maximum_stream_window_size_bytes", LEAST_WINDOW, 0, UINT32);
        if (window < LEAST_WINDOW) {
            section.wrong(
                    "maximum_stream_window_size_bytes",
                    atLeast(window, LEAST_WINDOW),
                    "yamux.maximum_stream_window_size_bytes must be at least 262144 but it was " + window);
        }
        int backlog = (int) section.whole("accept_backlog", 256, 0, Integer.MAX_VALUE);
        if (backlog < 1) {
            section.wrong(
                    "accept_backlog", atLeast(0, 1), "yamux.accept_backlog must be at least 1 but it was " + backlog);
        }
        ignored(section, "maximum_stream_window_size_bytes", "accept_backlog");
        section.warnOfUnknownKeys();
        return new YamuxConfiguration(window, backlog);
    }

    private PluginsConfiguration plugins(Section section) {
        var result = new PluginsConfiguration(
                home.resolve(section.text("directory", "plugins")),
                home.resolve(section.text("data_directory", data.toString())),
                notNegative(section, "drain_time", DRAIN_TIME));
        section.warnOfUnknownKeys();
        return result;
    }

    /// Known to Praefect, checked as Praefect checks it, and not done yet.
    private static void cleanup(Section section) {
        Duration run = section.duration("run_interval", Duration.ofDays(1));
        Duration check = section.duration("check_interval", Duration.ofMinutes(30));
        section.whole("repositories_in_batch", 16, 0, Long.MAX_VALUE);
        if (run.isPositive()) {
            atLeastAMinute(section, "check_interval", check);
            atLeastAMinute(section, "run_interval", run);
        }
        ignored(section, "run_interval", "check_interval", "repositories_in_batch");
        section.warnOfUnknownKeys();
    }

    private static void ignored(Section section, String... keys) {
        for (String key : keys) {
            section.unused(key, "is not supported yet and is ignored");
        }
    }

    private static void atLeastAMinute(Section section, String key, Duration value) {
        if (value.compareTo(Duration.ofMinutes(1)) < 0) {
            section.wrong(
                    key,
                    "not in range: " + GoDuration.format(value) + " is not greater than or equal to 1m0s",
                    "repositories_cleanup." + key
                            + " is less then 1m0s, which could lead to a database performance problem");
        }
    }

    static Duration notNegative(Section section, String key, Duration fallback) {
        Duration value = section.duration(key, fallback);
        if (value.isNegative()) {
            section.wrong(key, "not in range: " + GoDuration.format(value) + " is not greater than or equal to 0s");
        }
        return value;
    }

    static String atLeast(long value, long least) {
        return "not in range: " + value + " is not greater than or equal to " + least;
    }

    private static String shown(List<Double> numbers) {
        return numbers.stream().map(GoText::number).collect(Collectors.joining(" ", "[", "]"));
    }

    private static boolean isAscending(List<Double> values) {
        for (int i = 1; i < values.size(); i++) {
            if (values.get(i - 1) >= values.get(i)) {
                return false;
            }
        }
        return true;
    }
}
