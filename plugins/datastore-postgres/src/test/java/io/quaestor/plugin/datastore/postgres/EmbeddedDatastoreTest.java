package io.quaestor.plugin.datastore.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.plugin.datastore.postgres.server.PostgresServer;
import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Scanner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A PostgreSQL of our own: from nothing, again, after its owner died, and beside its owner.
class EmbeddedDatastoreTest {

    private static final RepositoryKey KEY = new RepositoryKey(new VirtualStorage("default"), "a.git");

    @TempDir
    Path home;

    @TempDir
    static Path prepared;

    private EmbeddedDatastore datastore;

    /// To make the tables from nothing takes seconds; once is enough.
    @BeforeAll
    static void prepare() throws Exception {
        try (var first = datastore(prepared)) {
            first.start();
        }
    }

    @BeforeEach
    void make() {
        datastore = datastore(home);
    }

    private void usePrepared() throws Exception {
        var copy = new ProcessBuilder("cp", "-a", prepared + "/.", home.toString()).start();
        assertThat(copy.waitFor()).isZero();
    }

    private static EmbeddedDatastore datastore(Path home) {
        return new EmbeddedDatastore(
                new EmbeddedConfig(
                        Optional.of(home),
                        Optional.of(TestPostgres.programs().find().getFirst()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(4)),
                TestContext.in(home));
    }

    @AfterEach
    void stop() {
        datastore.close();
    }

    private ConnectionSettings way() throws Exception {
        int port = Integer.parseInt(Files.readAllLines(home.resolve("data/postmaster.pid")).get(3).trim());
        return new ConnectionSettings(
                "127.0.0.1",
                port,
                PostgresServer.NAME,
                Secret.of(Files.readString(home.resolve("password"))),
                "postgres",
                "disable",
                "",
                "",
                "");
    }

    private String show(String setting) throws Exception {
        try (var connection = TestPostgres.connect(way())) {
            return Query.of(connection, "SHOW " + setting).first(row -> row.getString(1)).orElseThrow();
        }
    }

    private ProcessHandle server() throws Exception {
        var lines = Files.readAllLines(home.resolve("data/postmaster.pid"));
        return ProcessHandle.of(Long.parseLong(lines.getFirst().trim())).orElseThrow();
    }

    @Test
    void startsFromNothingKeepsEveryCommitAndAsksForAPassword() throws Exception {
        datastore.start();

        assertThat(datastore.repositories().reserve(KEY).value()).isEqualTo(1);
        assertThat(show("fsync")).isEqualTo("on");
        assertThat(show("synchronous_commit")).isEqualTo("on");
        assertThat(show("listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("password"))))
                .isEqualTo("rw-------");
        var stranger = new ConnectionSettings(
                "127.0.0.1", way().port(), PostgresServer.NAME, Secret.of("guess"), "postgres", "disable", "", "", "");
        assertThatThrownBy(() -> new PostgresSchema(new Connector(stranger, Duration.ZERO)).ping())
                .isInstanceOf(DatastoreRefusedException.class)
                .hasMessageContaining("password");
    }

    @Test
    void whatWasRecordedIsThereAfterARestartAndTheServerIsNot() throws Exception {
        usePrepared();
        datastore.start();
        var first = datastore.repositories().reserve(KEY);
        var server = server();
        datastore.close();

        assertThat(server.isAlive()).isFalse();

        datastore = datastore(home);
        datastore.start();
        assertThat(datastore.repositories().reserve(KEY)).isGreaterThan(first);
    }

    @Test
    void aServerThatDiedIsStartedAgain() throws Exception {
        usePrepared();
        datastore.start();
        var server = server();
        server.destroyForcibly();
        server.onExit().get();
        datastore.close();

        datastore = datastore(home);
        datastore.start();
        assertThat(datastore.repositories().reserve(KEY)).isNotNull();
    }

    @Test
    void aServerThatOutlivedItsOwnerIsTakenOver() throws Exception {
        usePrepared();
        var owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var out = new Scanner(owner.getInputStream())) {
            assertThat(out.nextLine()).isEqualTo("started");
        } finally {
            owner.destroyForcibly().waitFor();
        }
        var survivor = server();
        assertThat(survivor.isAlive()).isTrue();

        datastore.start();

        assertThat(server()).isEqualTo(survivor);
        datastore.close();
        assertThat(survivor.isAlive()).isFalse();
    }

    /// A proxy that is killed.
    static final class Owner {

        public static void main(String[] arguments) throws Exception {
            datastore(Path.of(arguments[0])).start();
            System.out.println("started");
            System.in.read();
        }
    }

    @Test
    void aGuestUsesTheServerAndLeavesItRunning() throws Exception {
        usePrepared();
        datastore.start();
        try (var guest = datastore(home)) {
            assertThat(guest.schema().pending()).isEmpty();
            guest.start();
            guest.repositories().reserve(KEY);
        }

        assertThat(server().isAlive()).isTrue();
        assertThat(datastore.repositories().reserve(KEY).value()).isEqualTo(2);
    }

    @Test
    void dataOfAnotherVersionIsRefusedInWords() throws Exception {
        Files.createDirectories(home.resolve("data"));
        Files.writeString(home.resolve("data/PG_VERSION"), "9\n");

        assertThatThrownBy(datastore::start)
                .isInstanceOf(DatastoreRefusedException.class)
                .hasMessageContaining("is of PostgreSQL 9");
    }

    @Test
    void withoutProgramsItSaysWhatToConfigure() {
        try (var without = new EmbeddedDatastore(
                new EmbeddedConfig(
                        Optional.of(home), Optional.of(home), Optional.empty(), Optional.empty(), Optional.empty()),
                TestContext.in(home),
                List.of())) {
            assertThatThrownBy(without::start)
                    .isInstanceOf(DatastoreRefusedException.class)
                    .hasMessageContaining("no program postgres in " + home);
        }
    }

    @Test
    void beforeItIsStartedItHasNoStores() {
        assertThatThrownBy(() -> datastore.repositories()).isInstanceOf(IllegalStateException.class);
    }
}
