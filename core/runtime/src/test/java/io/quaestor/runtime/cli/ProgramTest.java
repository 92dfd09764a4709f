package io.quaestor.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.runtime.cli.ProxyClient.Replica;
import io.quaestor.runtime.cli.ProxyClient.RepositoryMetadata;
import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.Configurations;
import io.quaestor.testkit.fake.ManualClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramTest {

    @TempDir
    private Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Configuration> served = new ArrayList<>();
    private Path config = Path.of("");

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(home.resolve("conf"));
        Files.createDirectories(home.resolve("plugins"));
        Files.copy(Configurations.DEFAULTS, home.resolve("conf/defaults.toml"));
        config = Files.writeString(home.resolve("config.toml"), Configurations.MINIMAL);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"-config FILE", "-config=FILE", "--config FILE", "-config FILE serve", "serve -config FILE"})
    void servesWithAndWithoutSayingSo(String line) {
        assertThat(run(line)).isEqualTo(7);
        assertThat(served).hasSize(1);
        assertThat(served.getFirst().listeners().listenAddr()).isEqualTo("127.0.0.1:2305");
    }

    @ParameterizedTest(name = "\"{0}\"")
    @CsvSource(quoteCharacter = '~', value = {"~~", "serve"})
    void servingNeedsAConfiguration(String line) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(out()).contains("-config");
        assertThat(err()).isEqualTo("Required flag \"config\" not set\n");
    }

    @Test
    void aFileThatIsNotThereIsSaidToBeSo() {
        assertThat(run("-config /does/not/exist")).isEqualTo(1);
        assertThat(err())
                .isEqualTo("error reading config file: open /does/not/exist: no such file or directory"
                        + " (/does/not/exist)\n");
    }

    @Test
    void everythingThatIsWrongWithAConfigurationIsALine() throws IOException {
        Files.writeString(config, "[replication]\nbatch_size = 0\n");

        assertThat(run("-config FILE")).isEqualTo(1);
        assertThat(err().lines())
                .containsExactly(
                        "validating config: no listen address or socket path configured (" + config + ")",
                        "validating config: no virtual storages configured (" + config + ")",
                        "validating config: replication batch size was 0 but must be >=1 (" + config
                                + ", line 2, column 1)");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "nonsense,                 praefect doesn't accept positional arguments",
        "help,                     praefect doesn't accept positional arguments",
        "-config FILE serve x,     serve doesn't accept positional arguments",
        "-config FILE metadata x,  metadata doesn't accept positional arguments",
        "-config FILE sql-ping x,  sql-ping doesn't accept positional arguments",
        "sql-migrate,              error reading config file: open : no such file or directory",
        "metadata -x,              flag provided but not defined: -x",
        "metadata --x=1,           flag provided but not defined: -x",
        "metadata -repository-id,  flag needs an argument: -repository-id",
        "metadata -repository-id z,'invalid value \"z\" for flag -repository-id: parse error'",
        "sql-migrate -verbose=2,   'invalid value \"2\" for flag -verbose: parse error'",
    })
    void wrongUseIsToldInPraefectsWords(String line, String message) {
        assertThat(run(line)).isEqualTo(1);
        assertThat(err()).isEqualTo(message + "\n");
    }

    @Test
    void aWrongFlagShowsTheHelpOfItsCommand() {
        run("metadata -x");

        assertThat(out())
                .startsWith("Incorrect Usage: flag provided but not defined: -x\n\n")
                .contains("-relative-path");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"-h", "--help", "metadata -h", "sql-migrate --help", "configuration", "configuration -h"})
    void helpIsNoError(String line) {
        assertThat(run(line)).isZero();
        assertThat(out()).contains("Usage: praefect");
        assertThat(err()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"-v", "--version"})
    void saysItsVersionInOneLine(String line) {
        assertThat(run(line)).isZero();
        assertThat(out()).isEqualTo("Praefect, version 1.2.3\n");
    }

    @Test
    void versionSaysWhatItReallyIs() {
        assertThat(run("version")).isZero();
        assertThat(out()).startsWith("Praefect, version 1.2.3\nQuaestor 1.2.3, Java 25");
    }

    @Test
    void metadataSaysSinceWhenARepositoryIsSuspect() {
        assertThat(run("-config FILE metadata -virtual-storage v -relative-path suspect")).isZero();
        assertThat(out()).contains("Generation: 1\nSuspect since: 2021-04-02 10:04:20 +0000 UTC\nReplicas:\n");
    }

    @Test
    void metadataIsShownAsPraefectShowsIt() {
        assertThat(run("-config FILE metadata -virtual-storage v -relative-path r")).isZero();
        assertThat(out())
                .isEqualTo(
                        """
                        Repository ID: 1
                        Virtual Storage: "v"
                        Relative Path: "r"
                        Replica Path: "replica-path"
                        Primary: "primary"
                        Generation: 1
                        Replicas:
                        - Storage: "primary"
                          Assigned: true
                          Generation: 1, fully up to date
                          Healthy: true
                          Valid Primary: true
                          Verified At: 2021-04-01 10:04:20 +0000 UTC
                        - Storage: "secondary-1"
                          Assigned: true
                          Generation: 0, behind by 1 changes
                          Healthy: false
                          Valid Primary: false
                          Verified At: 2021-04-01 10:04:20.25 +0000 UTC
                        - Storage: "secondary-2"
                          Assigned: false
                          Generation: replica not yet created
                          Healthy: true
                          Valid Primary: false
                          Verified At: unverified
                        """);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "'',                                  repository ID or virtual storage and relative path required",
        "-repository-id 0,                    repository ID or virtual storage and relative path required",
        "-repository-id 1 -virtual-storage v, "
                + "virtual storage and relative path can't be provided with a repository ID",
        "-repository-id 1 -relative-path r,   "
                + "virtual storage and relative path can't be provided with a repository ID",
        "-virtual-storage v,                  relative path is required with virtual storage",
        "-relative-path r,                    virtual storage is required with relative path",
        "-repository-id 2,                    get metadata: rpc error: code = NotFound desc = repository not found",
    })
    void metadataNeedsToKnowWhichRepository(String flags, String message) {
        assertThat(run("-config FILE metadata " + flags)).isEqualTo(1);
        assertThat(err()).isEqualTo(message + "\n");
    }

    @Test
    void aConfigurationIsValidatedInJson() {
        assertThat(run("configuration validate", "")).isEqualTo(2);
        assertThat(out())
                .isEqualTo(
                        """
                        {
                          "errors": [
                            {
                              "message": "none of \\"socket_path\\", \\"listen_addr\\" or \\"tls_listen_addr\\" is set"
                            },
                            {
                              "key": [
                                "virtual_storage"
                              ],
                              "message": "not set"
                            }
                          ]
                        }
                        """);
        assertThat(err()).isEmpty();
    }

    @Test
    void aConfigurationThatIsNoTomlIsToldByLineAndColumn() {
        assertThat(run("configuration validate", "a = 1\nb = ]")).isEqualTo(2);
        assertThat(out()).contains("\"message\": \"line 2 column 5: toml: ");
    }

    @Test
    void aConfigurationThatIsRightIsToldByNothing() {
        assertThat(run("configuration validate", Configurations.MINIMAL)).isZero();
        assertThat(out()).isEmpty();
        assertThat(err()).isEmpty();
    }

    @Test
    void topicsOfConfigurationThatDoNotExistHaveTheirOwnCode() {
        assertThat(run("configuration foo")).isEqualTo(3);
        assertThat(err()).isEqualTo("No help topic for 'foo'\n");
        err.reset();
        assertThat(run("configuration validate foo")).isEqualTo(1);
        assertThat(err()).isEqualTo("invalid argument(s)\n");
    }

    @Test
    void aDatastoreThatIsNotThereIsToldWithItsPlace() {
        assertThat(run("-config FILE sql-ping")).isEqualTo(1);
        assertThat(err())
                .startsWith("validating config: no plug-in is the datastore strategy \"postgres\"; there are:  (");
    }

    @Test
    void theSandboxGetsItsOwnFlags() {
        assertThat(run("sandbox --help")).isEqualTo(1);
        assertThat(err())
                .isEqualTo("the sandbox is not part of this installation: there is no quaestor-sandbox in lib/\n");
    }

    @Test
    void byItsOwnNameItIsMoreHelpful() {
        assertThat(run("quaestor", "nonsense", "")).isEqualTo(1);
        assertThat(err()).isEqualTo("there is no command \"nonsense\"; see quaestor --help\n");
    }

    private int run(String line) {
        return run(line, "");
    }

    private int run(String line, String input) {
        return run("praefect", line, input);
    }

    private int run(String program, String line, String input) {
        String[] arguments = line.isBlank() ? new String[0] : line.replace("FILE", config.toString()).split(" +");
        var environment = new Environment(
                program,
                "1.2.3",
                home,
                home.resolve("data"),
                new ManualClock(),
                Thread.ofVirtual().factory(),
                1,
                new ByteArrayInputStream(input.getBytes(UTF_8)),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
        return Program.run(arguments, environment, new TestServices());
    }

    private String out() {
        return out.toString(UTF_8);
    }

    private String err() {
        return err.toString(UTF_8);
    }

    private final class TestServices implements Services {

        @Override
        public int serve(Environment environment, Configuration first, ConfigurationSource source) {
            served.add(first);
            return 7;
        }

        @Override
        public ProxyClient dial(Configuration configuration) {
            return new TestClient();
        }
    }

    private static final class TestClient implements ProxyClient {

        private static final Instant SUSPECT = Instant.parse("2021-04-02T10:04:20Z");
        private static final Instant VERIFIED = Instant.parse("2021-04-01T10:04:20Z");

        @Override
        public RepositoryMetadata metadata(RepositoryQuery query) throws ProxyCallException {
            if (query instanceof RepositoryQuery.ByPath(String virtualStorage, String path)) {
                return new RepositoryMetadata(
                        1,
                        virtualStorage,
                        path,
                        "replica-path",
                        "primary",
                        1,
                        path.equals("suspect") ? Optional.of(SUSPECT) : Optional.empty(),
                        List.of(
                                new Replica("primary", true, 1, true, true, Optional.of(VERIFIED)),
                                new Replica(
                                        "secondary-1", true, 0, false, false, Optional.of(VERIFIED.plusMillis(250))),
                                new Replica("secondary-2", false, -1, true, false, Optional.empty())));
            }
            throw new ProxyCallException(5, "repository not found");
        }

        @Override
        public void close() {}
    }
}
