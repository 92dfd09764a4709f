package io.quaestor.runtime.config;

import static io.quaestor.runtime.config.Configurations.MINIMAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigCommandTest {

    @TempDir
    private Path directory;

    @Test
    void goesBeforeTheFileAndKeepsWhatItDoesNotName() throws Exception {
        var configuration = read(
                "[auth]\ntransitioning = true\n",
                """
                {"Graceful_Stop_Timeout": "7s", "auth": {"Token": "t", "token_file": "/ignored"}, "new": null,
                 "tls": {"cert_path": "/cert"}, "unknown": [1, 2.5, true, {"deep": "\\u00e4\\n"}],
                 "virtual_storage": [{"node": [{"token": "from json"}]}]}
                """);

        assertThat(configuration.gracefulStopTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(configuration.auth().token().reveal()).isEqualTo("t");
        assertThat(configuration.auth().transitioning()).isTrue();
        assertThat(configuration.tls().certificate()).isEqualTo(Path.of("/cert"));
        var node = configuration.virtualStorages().getFirst().nodes().getFirst();
        assertThat(node.token().reveal()).isEqualTo("from json");
        assertThat(node.address()).isEqualTo("tcp://127.0.0.1:8075");
    }

    @Test
    void anEmptyObjectChangesNothing() throws Exception {
        assertThat(read("", "{}").gracefulStopTimeout()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aWrongValueIsToldWithItsPlaceInTheOutput() {
        assertThatThrownBy(() -> read("", "{\n  \"replication\": {\"batch_size\": \"x\"}}"))
                .hasMessage("error reading config file: replication.batch_size must be a whole number, not negative,"
                        + " but is a string (config_command, line 2, column 33)");
    }

    @Test
    void errorsOfTheProgramAreIgnoredIfItSucceeds() throws Exception {
        Path program = program("echo noise >&2; echo '{\"listen_addr\": \":7\"}'");

        assertThat(load(program, "").listeners().listenAddr()).isEqualTo(":7");
    }

    @Test
    void aProgramThatFailsIsQuoted() throws IOException {
        Path program = program("echo error >&2; exit 1");

        assertThatThrownBy(() -> load(program, ""))
                .hasMessageStartingWith(
                        "error reading config file: running config command: exit status 1, stderr: \"error\\n\"");
    }

    @Test
    void aProgramThatIsNotThereIsSaidToBeSo() {
        assertThatThrownBy(() -> load(Path.of("/does/not/exist"), ""))
                .hasMessageStartingWith("error reading config file: running config command:"
                        + " fork/exec /does/not/exist: no such file or directory");
    }

    @Test
    void aFileThatIsNoProgramIsSaidToBeSo() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");

        assertThatThrownBy(() -> load(file, ""))
                .hasMessageStartingWith("error reading config file: running config command: fork/exec " + file
                        + ": permission denied");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "this is not json | invalid character 'h' in literal true (expecting 'r')",
                "~~ | unexpected end of JSON input",
                "{\"a\" 1} | invalid character '1' after object key",
                "{} x | invalid character 'x' after top-level value",
                "[1] | cannot unmarshal an array into the configuration",
            })
    void whatIsNotJsonIsToldInGosWords(String output, String message) {
        assertThatThrownBy(() -> read("", output))
                .hasMessageStartingWith("error reading config file: unmarshalling generated config: " + message);
    }

    private Configuration read(String tables, String json) throws Exception {
        Path output = Files.writeString(directory.resolve("output"), json);
        return load(program("cat '" + output + "'"), tables);
    }

    private Path program(String script) throws IOException {
        Path program = Files.writeString(directory.resolve("program"), "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    private static Configuration load(Path program, String tables) throws Exception {
        return Configurations.loader()
                .parse(Path.of("config.toml"), "config_command = '" + program + "'\n" + MINIMAL + tables);
    }
}
