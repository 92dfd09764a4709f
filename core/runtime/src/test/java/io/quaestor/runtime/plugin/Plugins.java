package io.quaestor.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.Configurations;
import io.quaestor.runtime.config.Defaults;
import io.quaestor.runtime.config.Position;
import io.quaestor.runtime.config.StrategyKind;
import io.quaestor.runtime.config.StrategyName;
import io.quaestor.runtime.metrics.Metrics;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.reading.ReadRequest;
import io.quaestor.testkit.fake.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A kernel in a directory of the test, with a clock that the test turns. The directory has `base`, which the defaults
/// name.
final class Plugins implements AutoCloseable {

    static final VirtualStorage DEFAULT = new VirtualStorage("default");
    static final ReadRequest REQUEST =
            new ReadRequest(DEFAULT, List.of(new StorageName("gitaly-1"), new StorageName("gitaly-2")), 1);

    /// Half a second of the clock: long enough for a jar that was put in place at once.
    private static final int LOOKS = 5;

    final ManualClock clock = new ManualClock();
    final Metrics metrics = new Metrics(List.of(1.0));
    private final Path home;
    private Optional<PluginKernel> kernel = Optional.empty();

    Plugins(Path home) {
        this.home = home;
        try {
            Files.createDirectories(directory());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Sources.base().write(directory().resolve("base.jar"));
    }

    Path directory() {
        return home.resolve("plugins");
    }

    Path jar(String name) {
        return directory().resolve(name);
    }

    PluginHost host(Clock time) {
        var base = Arrays.stream(StrategyKind.values())
                .collect(Collectors.toMap(
                        Function.identity(), _ -> (StrategyName) new StrategyName.Id("base", Position.of("defaults"))));
        return new PluginHost(
                new Defaults(base, Set.of("per_repository", "sql"), "per_repository"),
                time,
                Thread.ofVirtual().factory(),
                metrics,
                7);
    }

    /// A minimal configuration with more tables. Replaced plug-ins are closed at once.
    Configuration configuration(String tables) {
        return configuration("0s", tables);
    }

    Configuration configuration(String drainTime, String tables) {
        String all = Configurations.MINIMAL + "[strategies]\n"
                + (tables.contains("datastore =") ? "" : "datastore = 'base'\n")
                + (tables.contains("election =") ? "" : "election = 'base'\n")
                + (tables.contains("replication =") ? "" : "replication = 'base'\n")
                + (tables.contains("reading =") ? "" : "reading = 'base'\n")
                + tables + "\n[plugins]\ndrain_time = '" + drainTime + "'\n";
        return Configurations.read(home, all);
    }

    PluginKernel start(String tables) throws ConfigurationException {
        return start(clock, configuration(tables));
    }

    PluginKernel start(Clock time, Configuration configuration) throws ConfigurationException {
        kernel = Optional.of(PluginKernel.start(host(time), configuration));
        return kernel.get();
    }

    PluginKernel kernel() {
        return kernel.orElseThrow();
    }

    /// Lets the kernel look until it must have seen what the test did.
    void look() throws InterruptedException {
        for (int i = 0; i < LOOKS; i++) {
            clock.awaitWaiters(1);
            clock.advance(Duration.ofMillis(100));
        }
        clock.awaitWaiters(1);
    }

    /// Who serves reads, by its `toString`.
    String reading() {
        var reading = kernel.orElseThrow().strategies().reading(DEFAULT);
        assertThat(reading.choose(REQUEST)).isEqualTo(REQUEST.replicas().getFirst());
        return reading.toString();
    }

    /// States of what a jar holds.
    List<PluginStatus.State> states(String file) {
        return kernel.orElseThrow().plugins().stream()
                .filter(status -> status.file().equals(file))
                .map(PluginStatus::state)
                .toList();
    }

    @Override
    public void close() {
        kernel.ifPresent(PluginKernel::close);
    }
}
