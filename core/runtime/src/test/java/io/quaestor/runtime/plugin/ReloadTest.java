package io.quaestor.runtime.plugin;

import static io.quaestor.runtime.plugin.Plugins.DEFAULT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.runtime.config.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadTest {

    /// Counts how often it was made, and how often it was closed.
    private static final String TUNED =
            """
            @StrategyProvider(id = "tuned")
            public final class THIS implements ReadDistribution, ReadFeedback, AutoCloseable {
                public record Config(Duration halfLife) {
                    public Config {
                        if (halfLife.isNegative()) {
                            throw new IllegalArgumentException("half_life is negative: " + halfLife);
                        }
                    }
                    public static Config defaults() { return new Config(Duration.ofSeconds(5)); }
                }
                private final Config config;
                private final PluginContext context;
                public THIS(Config config, PluginContext context) {
                    this.config = config;
                    this.context = context;
                    context.meters().counter("tuned_made", "").increment();
                    context.meters().gauge("tuned_half_life", "", () -> config.halfLife().toSeconds());
                }
                public StorageName choose(ReadRequest request) { return request.replicas().getFirst(); }
                public void started(NodeId node) {}
                public void ended(NodeId node, long nanos, boolean failed) {}
                public void close() { context.meters().counter("tuned_closed", "").increment(); }
                @Override public String toString() { return "tuned " + config.halfLife() + " " + context.cluster(); }
            }
            """;

    @TempDir
    private Path home;

    private Plugins plugins;

    @BeforeEach
    void makeDirectory() {
        plugins = new Plugins(home);
        TestJar.bundle("test.tuned", "1.0.0")
                .strategy("tuned.Tuned", Sources.of("tuned.Tuned", TUNED))
                .write(plugins.jar("tuned.jar"));
    }

    @AfterEach
    void close() {
        plugins.close();
    }

    @Test
    void aPlugInGetsItsTableAndItsContext() throws Exception {
        plugins.start("reading = 'tuned'\n[plugin.tuned]\nhalf_life = '1m'");

        assertThat(plugins.reading()).isEqualTo("tuned PT1M {default=[gitaly-1]}");
        var serving = plugins.kernel().strategies().of(DEFAULT);
        assertThat(serving.feedback()).as("it learns").isSameAs(serving.reading());
    }

    @Test
    void whatIsNotChangedGoesOnAsItIs() throws Exception {
        var kernel = plugins.start("reading = 'tuned'");
        var before = kernel.strategies().reading(DEFAULT);

        kernel.apply(plugins.configuration("reading = 'tuned'\n[plugin.tuned]\nhalf_life = '5s'"));
        assertThat(kernel.strategies().reading(DEFAULT)).isSameAs(before);

        kernel.apply(plugins.configuration("reading = 'tuned'\n[plugin.tuned]\nhalf_life = '6s'"));
        assertThat(plugins.reading()).startsWith("tuned PT6S");
        assertThat(plugins.metrics.scrape()).contains("tuned_made 2").contains("tuned_half_life 6");
    }

    @Test
    void whatWasReplacedIsClosedAfterTheDrainTime() throws Exception {
        var kernel = plugins.start(plugins.clock, plugins.configuration("10s", "reading = 'tuned'"));

        kernel.apply(plugins.configuration("10s", "reading = 'base'"));
        plugins.clock.awaitWaiters(2);
        plugins.clock.advance(Duration.ofSeconds(9));
        plugins.clock.awaitWaiters(2); // the watcher, and the one that drains
        assertThat(plugins.metrics.scrape()).doesNotContain("tuned_closed");

        plugins.clock.advance(Duration.ofSeconds(2));
        plugins.close();
        assertThat(plugins.metrics.scrape())
                .contains("tuned_closed 1")
                .as("its gauges go with it")
                .doesNotContain("tuned_half_life");
    }

    @Test
    void aMistakeInTheNewConfigurationLeavesTheOldOne() throws Exception {
        var kernel = plugins.start("reading = 'tuned'");
        var before = kernel.strategies().of(DEFAULT);

        assertThatThrownBy(() -> kernel.apply(plugins.configuration(
                        "reading = 'tuned'\nelection = 'nobody'\n[plugin.tuned]\nhalf_life = '-1s'\nquarter = 1")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("no plug-in is the election strategy \"nobody\"; there are: base (config.toml, line 11")
                .hasMessageContaining("plugin.tuned.quarter: plug-in tuned has no such key; it knows: half_life"
                        + " (config.toml, line 14");

        assertThat(kernel.strategies().of(DEFAULT)).isEqualTo(before);
        assertThat(plugins.metrics.scrape()).contains("tuned_made 1");
    }

    @Test
    void aMistakeInTheTableOfAPlugInThatIsNotUsedIsToldAsWell() {
        assertThatThrownBy(() -> plugins.start("\n[plugin.tuned]\nhalf_life = '-1s'"))
                .hasMessageContaining("plug-in tuned: half_life is negative: PT-1S (config.toml, line 14");
    }

    @Test
    void theDatastoreStaysWhatItIs() throws Exception {
        TestJar.bundle("test.other", "1.0.0")
                .strategy("other.Other", Sources.datastore("other.Other", "other", "database"))
                .write(plugins.jar("other.jar"));
        var kernel = plugins.start("datastore = 'other'\n[database]\nhost = 'a'\nport = 7");
        var datastore = kernel.strategies().datastore();
        assertThat(datastore).hasToString("other at a");

        assertThatThrownBy(() -> kernel.apply(plugins.configuration("datastore = 'base'")))
                .hasMessageContaining("the datastore is datastore strategy \"other\" (other.jar 1.0.0) and cannot become"
                        + " \"base\" while the proxy runs: restart it");
        assertThatThrownBy(() -> kernel.apply(plugins.configuration("datastore = 'other'\n[database]\nhost = 'b'")))
                .hasMessageContaining("what is configured for datastore strategy \"other\" (other.jar 1.0.0) has changed"
                        + " while the proxy runs: restart it");

        TestJar.bundle("test.other", "2.0.0")
                .strategy("other.Other", Sources.datastore("other.Other", "other", "database"))
                .write(plugins.jar("other.jar"));
        try (var log = new CapturedLog()) {
            plugins.look();
            assertThat(log.warnings())
                    .contains("datastore strategy \"other\" (other.jar 1.0.0) goes on until a restart, although its jar"
                            + " has changed");
        }
        kernel.apply(plugins.configuration("datastore = 'other'\n[database]\nhost = 'a'\nport = 7"));
        assertThat(kernel.strategies().datastore()).isSameAs(datastore);
    }

    @Test
    void anotherClusterMakesNewInstances() throws Exception {
        var kernel = plugins.start("reading = 'tuned'");

        kernel.apply(plugins.configuration(
                "reading = 'tuned'\n[[virtual_storage]]\nname = 'more'\nnode = [{storage = 's', address = 'tcp://s:1'}]"));

        assertThat(plugins.reading()).contains("more");
        assertThat(plugins.metrics.scrape()).contains("tuned_made 2");
    }
}
