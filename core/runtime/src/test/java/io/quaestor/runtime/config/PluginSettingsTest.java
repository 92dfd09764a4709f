package io.quaestor.runtime.config;

import static io.quaestor.runtime.config.Configurations.MINIMAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quaestor.spi.plugin.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PluginSettingsTest {

    /// One component of each type.
    public record Everything(
            String text,
            int whole,
            long large,
            double share,
            boolean truth,
            Duration halfLife,
            Path place,
            Secret secret,
            List<String> names,
            Color color,
            Inner inner,
            Optional<Duration> limit) {

        public static Everything defaults() {
            return new Everything(
                    "t",
                    1,
                    2,
                    0.5,
                    true,
                    Duration.ofSeconds(5),
                    Path.of("/p"),
                    Secret.of("s"),
                    List.of("n"),
                    Color.DARK_RED,
                    new Inner("i", 3),
                    Optional.empty());
        }
    }

    public record Inner(String host, int port) {}

    public enum Color {
        DARK_RED,
        GREEN
    }

    public record Settled(Duration settleTime, Optional<String> note) {

        public Settled {
            if (settleTime.isNegative()) {
                throw new IllegalArgumentException("settle_time is negative: " + settleTime);
            }
        }
    }

    @Test
    void withoutATableARecordIsItsDefaults() throws ConfigurationException {
        assertThat(bind("", "", Everything.class)).isEqualTo(Everything.defaults());
    }

    @Test
    void keysGoBeforeDefaultsAlsoInsideOfRecords() throws ConfigurationException {
        var bound = bind(
                """
                [plugin.mine]
                text = "x"
                whole = -7
                large = 5000000000
                share = 1
                truth = false
                half_life = "1m30s"
                place = "/q"
                secret = "hidden"
                names = ["a", "b"]
                color = "green"
                limit = "2s"
                [plugin.mine.inner]
                port = 4
                """,
                "",
                Everything.class);

        assertThat(bound)
                .isEqualTo(new Everything(
                        "x",
                        -7,
                        5_000_000_000L,
                        1.0,
                        false,
                        Duration.ofSeconds(90),
                        Path.of("/q"),
                        Secret.of("hidden"),
                        List.of("a", "b"),
                        Color.GREEN,
                        new Inner("i", 4),
                        Optional.of(Duration.ofSeconds(2))));
    }

    @Test
    void everythingWrongIsToldWithPlugInKeyFileAndLine() {
        assertThat(wrong(
                        """
                        [plugin.mine]
                        half_live = "5s"
                        whole = 2147483648
                        half_life = 5
                        color = "blue"
                        [plugin.mine.inner]
                        prt = 4
                        """,
                        Everything.class))
                .containsExactly(
                        "validating config: plugin.mine.half_live: plug-in mine has no such key; it knows: text, whole,"
                                + " large, share, truth, half_life, place, secret, names, color, inner, limit"
                                + " (config.toml, line 8, column 1)",
                        "error reading config file: plugin.mine.whole must be an integer, but is the integer 2147483648"
                                + " (config.toml, line 9, column 1)",
                        "error reading config file: plugin.mine.half_life must be a duration such as \"30s\" or"
                                + " \"1h30m\", but there is missing unit in duration \"5\""
                                + " (config.toml, line 10, column 1)",
                        "validating config: plugin.mine.color: must be one of dark_red, green"
                                + " (config.toml, line 11, column 1)",
                        "validating config: plugin.mine.inner.prt: plug-in mine has no such key; it knows: host, port"
                                + " (config.toml, line 13, column 1)");
    }

    @Test
    void aKeyWithoutADefaultIsRequired() {
        assertThat(wrong("[plugin.mine]\n", Settled.class))
                .containsExactly("validating config: plugin.mine.settle_time: not set, and plug-in mine cannot do"
                        + " without it (config.toml, line 7, column 1)");
    }

    @Test
    void theRecordsOwnRefusalIsShownWithItsKey() {
        assertThat(wrong("[plugin.mine]\nsettle_time = '-5s'\n", Settled.class))
                .containsExactly("validating config: plug-in mine: settle_time is negative: PT-5S"
                        + " (config.toml, line 8, column 1)");
    }

    @Test
    void inATableOfPraefectAnUnknownKeyIsAWarning() throws ConfigurationException {
        var settings = Configurations.read(MINIMAL + "[database]\nhost = 'h'\nport = 1\nuser = 'u'\n").settings();

        var bound = settings.bind("postgres", "database", Inner.class);

        assertThat(bound.record()).isEqualTo(new Inner("h", 1));
        assertThat(bound.warnings())
                .extracting(Problem::toString)
                .containsExactly("database.user is not known and is ignored (config.toml, line 10, column 1)");
    }

    @Test
    void aPortAsTextIsRefusedWithItsLine() {
        var settings = Configurations.read(MINIMAL + "[database]\nhost = 'h'\nport = '5432'\n").settings();

        var thrown = catchThrowableOfType(
                ConfigurationException.class, () -> settings.bind("postgres", "database", Inner.class));

        assertThat(thrown)
                .hasMessage("error reading config file: database.port must be an integer, but is a string"
                        + " (config.toml, line 9, column 1)");
    }

    private static <R extends Record> R bind(String text, String table, Class<R> type) throws ConfigurationException {
        return Configurations.read(MINIMAL + text).settings().bind("mine", table, type).record();
    }

    private static List<String> wrong(String text, Class<? extends Record> type) {
        var thrown = catchThrowableOfType(ConfigurationException.class, () -> bind(text, "", type));
        assertThat(thrown).isNotNull();
        return thrown.problems().stream().map(Problem::toString).toList();
    }
}
