package io.quaestor.plugin.datastore.postgres.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quaestor.plugin.datastore.postgres.server.Launcher.Way;
import io.quaestor.spi.datastore.DatastoreRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How root runs what refuses to run as root. Needs root.
class LauncherTest {

    @TempDir
    Path directory;

    /// Stands for the programs: says who runs it.
    private Path programs() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        var bin = Files.createDirectories(directory.resolve("bin"));
        var program = bin.resolve("postgres");
        Files.writeString(program, "#!/bin/sh\nid -u\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return bin;
    }

    private String whoRuns(Way way) throws Exception {
        assumeTrue(Launcher.isRoot());
        var bin = programs();
        var home = Files.createDirectories(directory.resolve("home"));
        var launcher = Launcher.choose(bin, home, List.of(way));
        var log = directory.resolve("log");
        launcher.run(List.of(bin.resolve("postgres").toString()), Optional.of(log), Duration.ofSeconds(10));
        return Files.readString(log).trim();
    }

    @Test
    void anotherUserRunsIt() throws Exception {
        assertThat(whoRuns(Way.USER)).isNotEqualTo("0");
    }

    @Test
    void aUserOfAnotherNamespaceRunsIt() throws Exception {
        assumeTrue(new ProcessBuilder("unshare", "-U", "true").start().waitFor() == 0);

        assertThat(whoRuns(Way.NAMESPACE)).isNotEqualTo("0");
    }

    @Test
    void whereNothingWorksItSaysSo() throws Exception {
        assumeTrue(Launcher.isRoot());
        var bin = programs();
        var home = Files.createDirectories(directory.resolve("closed/home"));
        Files.setPosixFilePermissions(home.getParent(), PosixFilePermissions.fromString("rwx------"));

        assertThatThrownBy(() -> Launcher.choose(bin, home, List.of(Way.USER)))
                .isInstanceOf(DatastoreRefusedException.class)
                .hasMessageContaining("as root");
    }
}
