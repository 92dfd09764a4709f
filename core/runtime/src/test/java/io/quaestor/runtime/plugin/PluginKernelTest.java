package io.quaestor.runtime.plugin;

import static io.quaestor.runtime.plugin.Plugins.DEFAULT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.plugin.PluginStatus.State;
import io.quaestor.spi.model.VirtualStorage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginKernelTest {

    @TempDir
    private Path home;

    private Plugins plugins;

    @BeforeEach
    void makeDirectory() {
        plugins = new Plugins(home);
    }

    @AfterEach
    void close() {
        plugins.close();
    }

    @Test
    void whatTheConfigurationNamesServes() throws Exception {
        sticky("1.0.0").write(plugins.jar("sticky.jar"));

        var kernel = plugins.start("reading = 'sticky'");

        assertThat(plugins.reading()).isEqualTo("sticky 1.0.0");
        assertThat(kernel.strategies().datastore()).hasToString("base at localhost");
        assertThat(plugins.states("sticky.jar")).containsExactly(State.IN_USE);
        assertThat(plugins.states("base.jar"))
                .containsExactly(State.IN_USE, State.IN_USE, State.AVAILABLE, State.IN_USE);
    }

    @Test
    void whatIsNotThereIsRefusedWithItsPlaceAndWhatThereIs() {
        assertThatThrownBy(() -> plugins.start("reading = 'stiky'"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("validating config: no plug-in is the reading strategy \"stiky\"; there are: base"
                        + " (config.toml, line 11, column 1)");
    }

    @Test
    void praefectsNameFindsThePlugInThatAnswersToIt() throws Exception {
        var configuration = plugins.configuration("election = ''\n[failover]\nelection_strategy = 'sql'");

        plugins.start(plugins.clock, configuration);

        assertThat(plugins.states("base.jar")).contains(State.IN_USE);
    }

    @Test
    void aJarThatIsDroppedInOverwrittenAndRemovedTakesEffectWithinHalfASecond() throws Exception {
        plugins.start("");
        var configuration = plugins.configuration("reading = 'sticky'");
        Path jar = plugins.jar("sticky.jar");

        sticky("1.0.0").write(jar);
        plugins.look();
        assertThat(plugins.states("sticky.jar")).containsExactly(State.AVAILABLE);
        assertThat(plugins.reading()).isEqualTo("base 1");

        kernel().apply(configuration);
        assertThat(plugins.reading()).isEqualTo("sticky 1.0.0");

        sticky("2.0.0").write(jar);
        plugins.look();
        assertThat(plugins.reading()).isEqualTo("sticky 2.0.0");

        Files.delete(jar);
        plugins.look();
        assertThat(plugins.reading()).as("the default takes its place").isEqualTo("base 1");

        sticky("3.0.0").write(jar);
        plugins.look();
        assertThat(plugins.reading()).isEqualTo("sticky 3.0.0");
    }

    @Test
    void aBrokenJarLeavesAllAsItWasAndIsToldOnce() throws Exception {
        Path jar = plugins.jar("sticky.jar");
        sticky("1.0.0").write(jar);
        plugins.start("reading = 'sticky'");
        byte[] whole = sticky("2.0.0").bytes();

        try (var log = new CapturedLog()) {
            Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
            for (int i = 0; i < 5; i++) {
                plugins.look();
            }

            assertThat(plugins.reading()).isEqualTo("sticky 1.0.0");
            assertThat(plugins.states("sticky.jar")).containsExactly(State.BROKEN, State.IN_USE);
            assertThat(log.errors())
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("plug-in refused: sticky.jar cannot be read: ");

            Files.write(jar, whole);
            plugins.look();
            assertThat(plugins.reading()).isEqualTo("sticky 2.0.0");
            assertThat(plugins.states("sticky.jar")).containsExactly(State.IN_USE);
        }
    }

    @Test
    void aPlugInForAnotherApiIsRefusedInOneLine() throws Exception {
        plugins.start("");

        try (var log = new CapturedLog()) {
            sticky("1.0.0").needing("(&(api>=2.0.0)(!(api>=3.0.0)))").write(plugins.jar("sticky.jar"));
            plugins.look();

            assertThat(log.errors())
                    .containsExactly("plug-in refused: sticky.jar: it is built for API 2.0.0, and this proxy has 1.0.0");
        }
    }

    @Test
    void aPlugInThatNeedsWhatIsNotThereIsRefused() throws Exception {
        plugins.start("");

        try (var log = new CapturedLog()) {
            sticky("1.0.0").header("Import-Package", "no.such.thing").write(plugins.jar("sticky.jar"));
            plugins.look();

            assertThat(log.errors()).hasSize(1).first().asString().contains("sticky.jar").contains("no.such.thing");
            assertThat(plugins.states("sticky.jar")).containsExactly(State.BROKEN);
        }
    }

    @Test
    void newContentThatCannotBeMadeLeavesTheEarlierOneServing() throws Exception {
        Path jar = plugins.jar("sticky.jar");
        sticky("1.0.0").write(jar);
        plugins.start("reading = 'sticky'");

        try (var log = new CapturedLog()) {
            TestJar.bundle("test.sticky", "2.0.0")
                    .strategy(
                            "sticky.Sticky",
                            Sources.of(
                                    "sticky.Sticky",
                                    """
                                    @StrategyProvider(id = "sticky")
                                    public final class THIS implements ReadDistribution {
                                        public THIS(PluginContext context) { throw new IllegalStateException("no luck"); }
                                        public StorageName choose(ReadRequest request) { return null; }
                                    }
                                    """))
                    .write(jar);
            plugins.look();

            assertThat(plugins.reading()).isEqualTo("sticky 1.0.0");
            assertThat(log.errors())
                    .containsExactly(
                            "plug-in refused: reading strategy \"sticky\" (sticky.jar 2.0.0): its constructor failed:"
                                    + " java.lang.IllegalStateException: no luck (sticky.jar)",
                            "sticky.jar keeps its earlier content, since the new one is refused");
        }
    }

    @Test
    void aConstructorOfAnotherShapeIsExplained() {
        TestJar.bundle("test.odd", "1.0.0")
                .strategy(
                        "odd.Odd",
                        Sources.of(
                                "odd.Odd",
                                """
                                @StrategyProvider(id = "odd")
                                public final class THIS implements ReadDistribution {
                                    public THIS(String what) {}
                                    public StorageName choose(ReadRequest request) { return null; }
                                }
                                """))
                .write(plugins.jar("odd.jar"));

        assertThatThrownBy(() -> plugins.start("reading = 'odd'"))
                .hasMessageContaining("odd.Odd must have one public constructor: (Config, PluginContext)");
    }

    @Test
    void twoPlugInsCanHaveDifferentVersionsOfOneLibrary() throws Exception {
        for (String version : new String[] {"1", "2"}) {
            TestJar.bundle("test.lib" + version, "1.0.0")
                    .with("lib.Library", "package lib; public class Library { public static String v() { return \"lib "
                            + version + "\"; } }")
                    .strategy(
                            "user" + version + ".User",
                            Sources.reading("user" + version + ".User", "user" + version, "?")
                                    .replace("return \"user" + version + " ?\"", "return lib.Library.v()"))
                    .write(plugins.jar("user" + version + ".jar"));
        }
        var kernel = plugins.start("reading = 'user1'");
        assertThat(plugins.reading()).isEqualTo("lib 1");

        kernel.apply(plugins.configuration("reading = 'user2'"));

        assertThat(plugins.reading()).isEqualTo("lib 2");
    }

    @Test
    void ofTwoJarsWithOneNameTheHigherVersionServes() throws Exception {
        sticky("1.10.0").write(plugins.jar("sticky-b.jar"));
        sticky("1.9.0").write(plugins.jar("sticky-a.jar"));

        try (var log = new CapturedLog()) {
            plugins.start("reading = 'sticky'");

            assertThat(plugins.reading()).isEqualTo("sticky 1.10.0");
            assertThat(plugins.states("sticky-a.jar")).containsExactly(State.HIDDEN);
            assertThat(log.warnings())
                    .containsExactly("reading strategy \"sticky\" (sticky-a.jar 1.9.0) is not used, since reading strategy"
                            + " \"sticky\" (sticky-b.jar 1.10.0) has the same name and goes before it");
        }
        Files.delete(plugins.jar("sticky-b.jar"));
        plugins.look();
        assertThat(plugins.reading()).isEqualTo("sticky 1.9.0");
    }

    @Test
    void aJarWithoutAnyHeaderOfOsgiIsAPlugIn() throws Exception {
        TestJar.plain()
                .with("sticky.Sticky", Sources.reading("sticky.Sticky", "sticky", "plain"))
                .entry(
                        "META-INF/services/io.quaestor.spi.reading.ReadDistribution",
                        "# comment\nsticky.Sticky # another\n")
                .write(plugins.jar("sticky.jar"));

        plugins.start("reading = 'sticky'");

        assertThat(plugins.reading()).isEqualTo("sticky plain");
    }

    @Test
    void aServiceThatABundleRegistersIsAPlugIn() throws Exception {
        TestJar.bundle("test.active", "1.0.0")
                .header("Bundle-Activator", "active.Activator")
                .header(
                        "Import-Package",
                        "io.quaestor.spi.plugin,io.quaestor.spi.model,io.quaestor.spi.reading,org.osgi.framework")
                .with("active.Active", Sources.reading("active.Active", "active", "service"))
                .with(
                        "active.Activator",
                        """
                        package active;
                        import org.osgi.framework.*;
                        public final class Activator implements BundleActivator {
                            public void start(BundleContext context) {
                                context.registerService(
                                        io.quaestor.spi.reading.ReadDistribution.class, new Active(), null);
                            }
                            public void stop(BundleContext context) {}
                        }
                        """)
                .write(plugins.jar("active.jar"));

        plugins.start("reading = 'active'");

        assertThat(plugins.reading()).isEqualTo("active service");
    }

    @Test
    void anUnreachableDirectoryTakesNothingAway() throws Exception {
        sticky("1.0.0").write(plugins.jar("sticky.jar"));
        plugins.start("reading = 'sticky'");

        try (var log = new CapturedLog()) {
            Files.move(plugins.directory(), home.resolve("elsewhere"));
            plugins.look();
            plugins.look();

            assertThat(plugins.reading()).isEqualTo("sticky 1.0.0");
            assertThat(log.errors()).hasSize(1);
        }
    }

    @Test
    void theLastOneOfItsKindServesEvenIfItsJarIsGone() throws Exception {
        plugins.start("");

        Files.delete(plugins.jar("base.jar"));
        plugins.look();

        assertThat(plugins.reading()).isEqualTo("base 1");
        assertThat(kernel().strategies().datastore()).hasToString("base at localhost");
    }

    @Test
    void slf4jIsSharedAndTheRestOfTheClassPathIsNot() throws Exception {
        TestJar.bundle("test.shared", "1.0.0")
                .header(
                        "Import-Package",
                        "io.quaestor.spi.plugin,io.quaestor.spi.model,io.quaestor.spi.reading,org.slf4j")
                .strategy(
                        "shared.Shared",
                        Sources.reading("shared.Shared", "shared", "?")
                                .replace(
                                        "return \"shared ?\";",
                                        """
                                        try {
                                            Class.forName("io.quaestor.runtime.plugin.PluginKernel");
                                            return "sees the kernel";
                                        } catch (ClassNotFoundException _) {
                                            return org.slf4j.LoggerFactory.getLogger("x").getName();
                                        }"""))
                .write(plugins.jar("shared.jar"));

        plugins.start("reading = 'shared'");

        assertThat(plugins.reading()).isEqualTo("x");
    }

    @Test
    void aPlugInFindsWhatLiesBesideItsJar() throws Exception {
        TestJar.bundle("test.placed", "1.0.0")
                .strategy(
                        "placed.Placed",
                        Sources.reading("placed.Placed", "placed", "?")
                                .replace(
                                        "return \"placed ?\"",
                                        "return THIS.class.getProtectionDomain().getCodeSource().getLocation().toString()"
                                                .replace("THIS", "Placed")))
                .write(plugins.jar("placed.jar"));

        plugins.start("reading = 'placed'");

        assertThat(Path.of(URI.create(plugins.reading()))).isEqualTo(plugins.jar("placed.jar"));
    }

    @Test
    void withoutADirectoryTheStartIsRefused() throws IOException {
        Files.delete(plugins.jar("base.jar"));
        Files.delete(plugins.directory());

        assertThatThrownBy(() -> plugins.start(""))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("no plug-in is the reading strategy \"base\"; there are: ");
    }

    @Test
    void aVirtualStorageThatIsNotConfiguredHasNoStrategies() throws Exception {
        var strategies = plugins.start("").strategies();

        assertThat(strategies.of(DEFAULT)).isNotNull();
        assertThatThrownBy(() -> strategies.of(new VirtualStorage("other")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("virtual storage is not configured: other");
    }

    private PluginKernel kernel() {
        return plugins.kernel();
    }

    private static TestJar sticky(String version) {
        return TestJar.bundle("test.sticky", version)
                .header("Export-Package", "sticky;version=\"" + version + "\"")
                .header(
                        "Import-Package",
                        "sticky,io.quaestor.spi.plugin,io.quaestor.spi.model,io.quaestor.spi.reading,"
                                + "io.quaestor.spi.election,io.quaestor.spi.datastore,io.quaestor.spi.replication")
                .strategy("sticky.Sticky", Sources.reading("sticky.Sticky", "sticky", version));
    }
}
