package io.quaestor.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.runtime.config.Configurations;
import io.quaestor.runtime.lifecycle.Wiring;
import io.quaestor.runtime.plugin.DatastoreJars;
import io.quaestor.testkit.fake.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatastoreCommandsTest {

    @TempDir
    private Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void install() throws IOException {
        Files.createDirectories(home.resolve("conf"));
        Files.createDirectories(home.resolve("plugins"));
        Files.copy(Configurations.DEFAULTS, home.resolve("conf/defaults.toml"));
    }

    @Test
    void sqlPingSaysThatAllIsWell() throws IOException {
        schema("return \"here\";", "return List.of();", "return List.of();");

        assertThat(run("sql-ping")).isZero();
        assertThat(out()).isEqualTo("praefect sql-ping: OK\n");
    }

    @Test
    void sqlPingSaysWhatFailed() throws IOException {
        schema(
                "throw DatastoreUnavailableException.unchanged(\"no route to db\", new Exception());",
                "return List.of();",
                "return List.of();");

        assertThat(run("sql-ping")).isEqualTo(1);
        assertThat(err()).isEqualTo("sql open: send ping: no route to db\n");
    }

    @Test
    void sqlPingSaysWhatTheOperatorMustDo() throws IOException {
        schema(
                "throw new DatastoreRefusedException(\"postgres server version too old: 100000\");",
                "return List.of();",
                "return List.of();");

        assertThat(run("sql-ping")).isEqualTo(1);
        assertThat(err()).isEqualTo("praefect sql-ping: fail: postgres server version too old: 100000\n");
    }

    @Test
    void sqlMigrateShowsEachMigration() throws IOException {
        schema("return \"\";", "return List.of(\"1_a\", \"2_b\");", "return List.of(\"1_a\", \"3_c\");");

        assertThat(run("sql-migrate", "-ignore-unknown=false")).isZero();
        assertThat(out().replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d", "TIME"))
                .isEqualTo(
                        """
                        praefect sql-migrate: migrations to apply: 2

                        =  TIME 1_a: migrating
                        =  TIME 2_b: migrating
                        == TIME 1_a: applied (together 0s)
                        == TIME 2_b: skipped (after 0s)
                        warning: 1 additional migrations were applied successfully

                        praefect sql-migrate: OK (applied 2 migrations)
                        """);
    }

    @Test
    void sqlMigrateSaysThatThereIsNothingToDo() throws IOException {
        schema("return \"\";", "return List.of();", "return List.of();");

        assertThat(run("sql-migrate")).isZero();
        assertThat(out()).isEqualTo("praefect sql-migrate: all migrations are up\n");
    }

    @Test
    void sqlMigrateSaysWhatFailed() throws IOException {
        schema("return \"\";", "return List.of(\"1\");", "throw new DatastoreRefusedException(\"no right to do so\");");

        assertThat(run("sql-migrate")).isEqualTo(1);
        assertThat(err()).endsWith(": fail: no right to do so\n");
    }

    @Test
    void pluginsAreListedInColumns() throws IOException {
        schema("return \"\";", "return List.of();", "return List.of();");
        Files.writeString(home.resolve("plugins/torn.jar"), "no jar");

        assertThat(run("plugins")).isZero();
        assertThat(out().lines())
                .containsExactly(
                        "ID        KIND       VERSION  STATE                             FILE",
                        "-         -          -        broken: zip END header not found  torn.jar",
                        "scripted  datastore  1.0.0    in use                            scripted.jar");
    }

    private void schema(String ping, String pending, String migrate) throws IOException {
        DatastoreJars.withSchema(home.resolve("plugins/scripted.jar"), ping, pending, migrate);
        Files.writeString(
                home.resolve("config.toml"), Configurations.MINIMAL + "[strategies]\ndatastore = 'scripted'\n");
    }

    private int run(String command, String... flags) {
        String[] arguments = new String[flags.length + 3];
        arguments[0] = "-config";
        arguments[1] = home.resolve("config.toml").toString();
        arguments[2] = command;
        System.arraycopy(flags, 0, arguments, 3, flags.length);
        var environment = new Environment(
                "praefect",
                "1.2.3",
                home,
                home.resolve("data"),
                new ManualClock(),
                Thread.ofVirtual().factory(),
                1,
                InputStream.nullInputStream(),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
        return Program.run(arguments, environment, new Wiring());
    }

    private String out() {
        return out.toString(UTF_8);
    }

    private String err() {
        return err.toString(UTF_8);
    }
}
