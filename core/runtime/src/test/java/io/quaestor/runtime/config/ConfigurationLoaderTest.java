package io.quaestor.runtime.config;

import static io.quaestor.runtime.config.Configurations.MINIMAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quaestor.runtime.config.ListenAddress.Scheme;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationLoaderTest {

    @Test
    void whatTheFileDoesNotSayHasPraefectsDefaults() {
        var configuration = Configurations.read(MINIMAL);

        assertThat(configuration.gracefulStopTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(configuration.replication()).isEqualTo(new ReplicationConfiguration(10, 1));
        assertThat(configuration.reconciliation().interval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(configuration.verification()).isEqualTo(new VerificationConfiguration(Duration.ofDays(7), true));
        assertThat(configuration.yamux()).isEqualTo(new YamuxConfiguration(262_144, 256));
        assertThat(configuration.prometheus().latencyBuckets()).hasSize(11).startsWith(0.001).endsWith(1500.0);
        assertThat(configuration.prometheus().listenAddress()).isEmpty();
        assertThat(configuration.auth().token().isEmpty()).isTrue();
        assertThat(configuration.failoverEnabled()).isTrue();
        assertThat(configuration.plugins().directory()).isEqualTo(Path.of("/opt/quaestor/plugins"));
        assertThat(configuration.warnings()).isEmpty();
    }

    @Test
    void explicitValuesReplaceDefaults() {
        var configuration = Configurations.read(
                """
                graceful_stop_timeout = "30s"
                prometheus_listen_addr = ":9652"
                """
                        + MINIMAL
                        + """
                        [replication]
                        batch_size = 1
                        parallel_storage_processing_workers = 4
                        [reconciliation]
                        scheduling_interval = 0
                        [background_verification]
                        delete_invalid_records = false
                        [prometheus]
                        grpc_latency_buckets = [1, 5.5]
                        [auth]
                        token = "t"
                        transitioning = true
                        [logging]
                        format = "json"
                        level = "WARN"
                        [plugins]
                        directory = "/p"
                        data_directory = "d"
                        """);

        assertThat(configuration.gracefulStopTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(configuration.replication()).isEqualTo(new ReplicationConfiguration(1, 4));
        assertThat(configuration.reconciliation().enabled()).isFalse();
        assertThat(configuration.verification().deleteInvalidRecords()).isFalse();
        assertThat(configuration.prometheus().latencyBuckets()).containsExactly(1.0, 5.5);
        assertThat(configuration.prometheus().listenAddress()).isEqualTo(":9652");
        assertThat(configuration.auth().token().reveal()).isEqualTo("t");
        assertThat(configuration.auth().transitioning()).isTrue();
        assertThat(configuration.logging())
                .isEqualTo(new LoggingConfiguration(
                        LoggingConfiguration.Format.JSON, LoggingConfiguration.Level.WARNING));
        assertThat(configuration.plugins().directory()).isEqualTo(Path.of("/p"));
        assertThat(configuration.plugins().dataDirectory()).isEqualTo(Path.of("/opt/quaestor/d"));
    }

    @Test
    void aZeroGracePeriodIsTheDefaultOne() {
        assertThat(Configurations.read("graceful_stop_timeout = 0\n" + MINIMAL).gracefulStopTimeout())
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void theClusterIsInTheOrderOfTheFile() {
        var configuration = Configurations.read(
                """
                socket_path = "/s"
                [[virtual_storage]]
                name = "z"
                [[virtual_storage.node]]
                storage = "gitaly-2"
                address = "tcp://2:1"
                [[virtual_storage.node]]
                storage = "gitaly-1"
                address = "tcp://1:1"
                token = "secret"
                [[virtual_storage]]
                name = "a"
                default_replication_factor = 1
                [[virtual_storage.node]]
                storage = "gitaly-1"
                address = "tcp://3:1"
                """);

        assertThat(configuration.cluster().keySet())
                .containsExactly(new VirtualStorage("z"), new VirtualStorage("a"));
        assertThat(configuration.cluster().get(new VirtualStorage("z")))
                .containsExactly(new StorageName("gitaly-2"), new StorageName("gitaly-1"));
        assertThat(configuration.virtualStorages())
                .extracting(VirtualStorageConfiguration::defaultReplicationFactor)
                .containsExactly(0, 1);
        assertThat(configuration.toString()).doesNotContain("secret of").contains("token=(secret)");
    }

    @Test
    void keysMatchInOtherCase() {
        assertThat(Configurations.read("Graceful_Stop_Timeout = '2s'\n" + MINIMAL).gracefulStopTimeout())
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void whatIsNotKnownOrWithoutEffectIsAWarningWithItsLine() {
        var configuration = Configurations.read(
                """
                lisen_addr = "x"
                memory_queue_enabled = true
                """
                        + MINIMAL
                        + """
                        [failover]
                        read_only_after_failover = true
                        monitor_interval = "3s"
                        [sentry]
                        sentry_dsn = ""
                        """);

        assertThat(configuration.warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        "lisen_addr is not known and is ignored (config.toml, line 1, column 1)",
                        "memory_queue_enabled is ignored: repair jobs are always kept in the datastore"
                                + " (config.toml, line 2, column 1)",
                        "failover.read_only_after_failover is not known and is ignored"
                                + " (config.toml, line 10, column 1)",
                        "failover.monitor_interval has no effect (config.toml, line 11, column 1)",
                        "sentry is not supported yet and is ignored (config.toml, line 12, column 1)");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnceInTheOrderOfTheFile() {
        var wrong = wrong(
                """
                listen_addr = 5
                graceful_stop_timeout = "30"
                [replication]
                batch_size = 0
                [database]
                port = "5432"
                [[virtual_storage]]
                name = "v"
                [[virtual_storage.node]]
                storage = "s"
                """);

        assertThat(wrong)
                .containsExactly(
                        "error reading config file: listen_addr must be a string, but is the integer 5"
                                + " (config.toml, line 1, column 1)",
                        "error reading config file: graceful_stop_timeout must be a duration such as \"30s\" or"
                                + " \"1h30m\", but there is missing unit in duration \"30\""
                                + " (config.toml, line 2, column 1)",
                        "validating config: replication batch size was 0 but must be >=1"
                                + " (config.toml, line 4, column 1)",
                        "validating config: virtual storage \"v\": all gitaly nodes must have an address"
                                + " (config.toml, line 9, column 1)");
    }

    @Test
    void errorsOfTheSyntaxAreAllTold() {
        assertThat(wrong("a = \nb = ]\nc = 1\nc = 2\n"))
                .containsExactly(
                        "error reading config file: toml: Unexpected end of line, expected a value"
                                + " (config.toml, line 1, column 5)",
                        "error reading config file: toml: Unexpected ']', expected a value"
                                + " (config.toml, line 2, column 5)",
                        "error reading config file: toml: c previously defined at line 3, column 1"
                                + " (config.toml, line 4, column 1)");
    }

    @Test
    void aFileThatIsNotThereIsSaidToBeSo() {
        assertThatThrownBy(() -> Configurations.loader().load(Path.of("/does/not/exist")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("error reading config file: open /does/not/exist: no such file or directory"
                        + " (/does/not/exist)");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[yamux] ; maximum_stream_window_size_bytes = 16"
                        + " | yamux.maximum_stream_window_size_bytes must be at least 262144 but it was 16",
                "[yamux] ; accept_backlog = 0 | yamux.accept_backlog must be at least 1 but it was 0",
                "[failover] ; election_strategy = 'bad' | invalid election strategy: \"bad\"",
                "[repositories_cleanup] ; run_interval = '59s' | repositories_cleanup.run_interval is less then 1m0s,"
                        + " which could lead to a database performance problem",
                "[repositories_cleanup] ; check_interval = '1ns' | repositories_cleanup.check_interval is less then"
                        + " 1m0s, which could lead to a database performance problem",
                "[replication] ; parallel_storage_processing_workers = 0"
                        + " | replication.parallel_storage_processing_workers: not in range: 0 is not greater than or"
                        + " equal to 1",
                "[prometheus] ; scrape_timeout = '-1ns'"
                        + " | prometheus.scrape_timeout: not in range: -1ns is not greater than or equal to 0s",
                "[prometheus] ; grpc_latency_buckets = [3, 1, 2]"
                        + " | prometheus.grpc_latency_buckets: bad order: expected asc: [3 1 2]",
                "[reconciliation] ; histogram_buckets = [2, 1] | reconciliation.histogram_buckets: bad order",
                "[failover] ; write_error_threshold_count = 1 | failover.error_threshold_window: not set",
                "[logging] ; format = 'x' | logging.format: invalid logger format \"x\"",
                "[tls] ; min_version = 'TLS 1.1' | tls.min_version: unsupported TLS version: \"TLS 1.1\"",
                "[tls] ; key = 'k' ; key_path = 'p' | tls.key_path: key_path and key cannot both be set",
                "[strategies] ; readings = 'x'"
                        + " | strategies.readings: no such strategy; there are election, reading, replication, datastore",
                "[virtual_storage.strategies] ; datastore = 'x' | virtual_storage.[0].strategies.datastore: there is one"
                        + " for the whole proxy: name it in [strategies]",
            })
    void refusesInPraefectsWords(String text, String message) {
        assertThat(wrong(MINIMAL + text.replace(';', '\n')))
                .first()
                .asString()
                .startsWith("validating config: " + message + " (config");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | no virtual storages configured",
                "[[virtual_storage]] ; name = 'v' | virtual storage \"v\": no primary gitaly backends configured",
                "[[virtual_storage]] ; [[virtual_storage.node]] ; storage = 's' ; address = 'a'"
                        + " | virtual storages must have a name",
                "[[virtual_storage]] ; name = 'v' ; [[virtual_storage.node]] ; address = 'a'"
                        + " | virtual storage \"v\": all gitaly nodes must have a storage",
                "[[virtual_storage]] ; name = 'v' ; [[virtual_storage.node]] ; storage = 's' ; address = ' '"
                        + " | virtual storage \"v\": all gitaly nodes must have an address",
                "[[virtual_storage]] ; name = 'v' ; default_replication_factor = 2"
                        + " ; node = [{storage = 's', address = 'a'}]"
                        + " | virtual storage \"v\" has a default replication factor (2) which is higher than the number"
                        + " of storages (1)",
                "[[virtual_storage]] ; name = 'v'"
                        + " ; node = [{storage = 's', address = 'a'}, {storage = 's', address = 'b'}]"
                        + " | virtual storage \"v\": internal gitaly storages are not unique",
                "[[virtual_storage]] ; name = 'v' ; node = [{storage = 's', address = 'a'}]"
                        + " ; [[virtual_storage]] ; name = 'v' ; node = [{storage = 's', address = 'b'}]"
                        + " | virtual storage \"v\": virtual storages must have unique names",
            })
    void refusesClustersInPraefectsWords(String text, String message) {
        assertThat(wrong("listen_addr = ':1'\n" + text.replace(';', '\n')))
                .first()
                .asString()
                .startsWith("validating config: " + message);
    }

    @Test
    void aProxyListensSomewhere() {
        assertThat(wrong(MINIMAL.replace("listen_addr = \"127.0.0.1:2305\"", "")))
                .containsExactly("validating config: no listen address or socket path configured (config.toml)");
    }

    @Test
    void theSchemeOfAnAddressGoesBeforeItsKey() {
        var listeners = Configurations.read("socket_path = 'tcp://[::1]:8'\n" + MINIMAL).listeners();

        assertThat(listeners.addresses())
                .containsExactly(
                        new ListenAddress(Scheme.TCP, "127.0.0.1:2305"), new ListenAddress(Scheme.TCP, "[::1]:8"));
        assertThat(listeners.addresses().getLast().host()).isEqualTo("::1");
        assertThat(listeners.addresses().getLast().port()).isEqualTo(8);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "bad://x,              socket_path: unsupported schema: \"bad\"",
        "unix://,              socket_path: empty address can't be used",
        "tls://127.0.0.1:2305, same address can't be used for different schemas \"127.0.0.1:2305\"",
        "tcp://nowhere,        'socket_path: must be host:port, for example \"0.0.0.0:2305\"'",
    })
    void refusesAddressesThatCannotBeListenedAt(String address, String message) {
        assertThat(wrong("socket_path = '" + address + "'\n" + MINIMAL))
                .anySatisfy(line -> assertThat(line).startsWith("validating config: " + message));
    }

    @ParameterizedTest(name = "{0} is named {1}")
    @CsvSource({
        "listen_addr = ':2305'; socket_path = '/s', host::2305",
        "socket_path = '/s',                        host:/s",
        "listen_addr = 'tcp://a:1',                 host:tcp://a:1",
    })
    void isNamedAsPraefectIs(String keys, String name) {
        String text = keys.replace(';', '\n') + "\n" + MINIMAL.substring(MINIMAL.indexOf('\n'));

        assertThat(Configurations.read(text).listeners().proxyName("host")).isEqualTo(name);
    }

    @ParameterizedTest(name = "{0} is dialled at {1}")
    @CsvSource({
        "listen_addr = ':2305',                     127.0.0.1:2305",
        "listen_addr = '0.0.0.0:2305',              127.0.0.1:2305",
        "listen_addr = '[::]:2305',                 [::1]:2305",
        "listen_addr = 'tcp://db.internal:2305',    db.internal:2305",
        "listen_addr = ':2305'; socket_path = '/s', /s",
    })
    void commandsOnTheSameMachineKnowWhereToDial(String keys, String address) {
        String text = keys.replace(';', '\n') + "\n" + MINIMAL.substring(MINIMAL.indexOf('\n'));

        assertThat(Configurations.read(text).listeners().toDial().address()).isEqualTo(address);
    }

    @Test
    void strategiesGoFromNarrowToWide() {
        var configuration = Configurations.read(
                MINIMAL
                        + """
                        [virtual_storage.strategies]
                        reading = "narrow"
                        [strategies]
                        reading = "wide"
                        replication = "wide"
                        datastore = "embedded"
                        """);

        var strategies = configuration.virtualStorages().getFirst().strategies();
        assertThat(strategies.get(StrategyKind.READING).toString()).isEqualTo("\"narrow\"");
        assertThat(strategies.get(StrategyKind.REPLICATION).toString()).isEqualTo("\"wide\"");
        assertThat(strategies.get(StrategyKind.ELECTION).toString()).isEqualTo("\"per_repository\"");
        assertThat(configuration.datastore().toString()).isEqualTo("\"embedded\"");
    }

    @Test
    void praefectsElectionStrategyIsKeptOnlyWhereTheOperatorInsists() {
        String sql = "[failover]\nelection_strategy = 'sql'\n";
        String insists =
                "i_understand_my_election_strategy_is_unsupported_and_will_be_removed_without_warning = true\n";
        String ours = "[strategies]\nelection = 'ours'\n";

        assertThat(election(MINIMAL + sql)).isEqualTo("\"per_repository\" of Praefect");
        assertThat(election(insists + MINIMAL + sql)).isEqualTo("\"sql\" of Praefect");
        assertThat(election(insists + MINIMAL + sql + ours)).isEqualTo("\"ours\"");
    }

    @Test
    void aTokenCanStandInAFileThatOthersCannotRead(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), " from a file \n");
        String text = MINIMAL + "[auth]\ntoken_file = '" + file + "'\n";

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(wrong(text)).first().asString().contains("auth.token_file: file permission 0644 is too permissive");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assertThat(Configurations.read(text).auth().token().reveal()).isEqualTo("from a file");

        assertThat(wrong(text + "token = 'x'\n")).first().asString().contains("mutually exclusive");
    }

    @Test
    void anEmptyTokenFileDoesNotOpenTheDoor(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(
                directory.resolve("token"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));

        assertThat(wrong(MINIMAL + "[auth]\ntoken_file = '" + file + "'\n")).first().asString().contains("is empty");
    }

    @Test
    void filesForTlsAreLookedForWhereAListenerNeedsThem() {
        String tls = "[tls]\ncertificate_path = '/no/cert'\nkey_path = '/tmp'\n";

        assertThat(Configurations.read(MINIMAL + tls).tls().certificate()).isEqualTo(Path.of("/no/cert"));
        assertThat(wrong("tls_listen_addr = ':1'\n" + MINIMAL + tls))
                .extracting(line -> line.substring(0, line.indexOf(" (")))
                .containsExactly(
                        "validating config: tls.certificate_path: doesn't exist: \"/no/cert\"",
                        "validating config: tls.key_path: not a file: \"/tmp\"");
    }

    private static String election(String text) {
        return String.valueOf(Configurations.read(text)
                .virtualStorages()
                .getFirst()
                .strategies()
                .get(StrategyKind.ELECTION));
    }

    private static List<String> wrong(String text) {
        var thrown = catchThrowableOfType(
                ConfigurationException.class, () -> Configurations.loader().parse(Path.of("config.toml"), text));
        assertThat(thrown).isNotNull();
        return thrown.problems().stream().map(Problem::toString).toList();
    }
}
