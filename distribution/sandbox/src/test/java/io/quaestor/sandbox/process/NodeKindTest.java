package io.quaestor.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whether nodes are the sandbox's own or Gitaly is settled by the first start.
class NodeKindTest {

    @TempDir
    Path directory;

    private Path gitaly;

    @BeforeEach
    void bringAGitaly() throws IOException {
        gitaly = program("gitaly");
    }

    @Test
    void gitalyIsRememberedWithItsPorts() throws IOException {
        var first = load(Optional.of(gitaly));

        var later = load(Optional.empty());

        assertThat(later).isEqualTo(first);
        assertThat(later.gitaly()).map(Settings.Gitaly::program).contains(gitaly);
    }

    @Test
    void anotherGitalyMayFollow() throws IOException {
        load(Optional.of(gitaly));

        var newer = program("gitaly-newer");

        assertThat(load(Optional.of(newer)).gitaly())
                .map(Settings.Gitaly::program)
                .contains(newer);
    }

    @Test
    void ownNodesDoNotBecomeGitaly() throws IOException {
        assertThat(load(Optional.empty()).gitaly()).isEmpty();

        assertThatThrownBy(() -> load(Optional.of(gitaly)))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("nodes of the sandbox itself already");
    }

    @Test
    void gitalyThatIsGoneIsAskedFor() throws IOException {
        load(Optional.of(gitaly));
        Files.delete(gitaly);

        assertThatThrownBy(() -> load(Optional.empty()))
                .isInstanceOf(SandboxException.class)
                .hasMessage("no program " + gitaly + "; say with --gitaly where Gitaly is");
    }

    @Test
    void nodeIsStartedWithItsOwnConfiguration() throws IOException {
        try (var data = DataDirectory.hold(directory.resolve("data"))) {
            var settings = Settings.load(data, options(Optional.of(gitaly)), Tokens::create);
            var node = settings.nodes().getFirst();

            var command = new NodePrograms(data, settings, List.of(), List.of("java")).command(node);

            assertThat(command).startsWith(gitaly.toString(), "serve").hasSize(3);
            assertThat(Path.of(command.getLast()))
                    .content()
                    .contains(
                            "listen_addr = \"127.0.0.1:" + node.port() + "\"",
                            "bin_dir = \"" + gitaly.getParent() + "\"",
                            "name = \"gitaly-1\"",
                            "path = \"" + data.node("gitaly-1") + "\"",
                            "url = \"http://127.0.0.1:" + settings.gitaly().orElseThrow().apiPort() + "\"");
            assertThat(data.node("gitaly-1")).isDirectory();
        }
    }

    @Test
    void ownNodesGetTheOptionsThatNameThemOrNobody() throws IOException {
        try (var data = DataDirectory.hold(directory.resolve("data"))) {
            var settings = Settings.load(data, options(Optional.empty()), Tokens::create);
            var programs = new NodePrograms(
                    data,
                    settings,
                    List.of("--vote-limit=30s", "gitaly-1:--reject-pushes", "gitaly-2:--delay-votes=2s"),
                    List.of("java"));

            assertThat(programs.command(settings.nodes().get(0)))
                    .contains("--vote-limit=30s", "--reject-pushes")
                    .doesNotContain("--delay-votes=2s");
            assertThat(programs.command(settings.nodes().get(1)))
                    .contains("--vote-limit=30s", "--delay-votes=2s")
                    .doesNotContain("--reject-pushes");
        }
    }

    @Test
    void gitalyTakesNoOptionsOfOurs() throws IOException {
        try (var data = DataDirectory.hold(directory.resolve("data"))) {
            var settings = Settings.load(data, options(Optional.of(gitaly)), Tokens::create);
            var programs = new NodePrograms(data, settings, List.of("--vote-limit=30s"), List.of("java"));

            assertThatThrownBy(() -> programs.command(settings.nodes().getFirst()))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("not for Gitaly");
        }
    }

    @Test
    void dataDirectoryWithALongNameIsRefused() throws IOException {
        try (var data = DataDirectory.hold(directory.resolve("long-".repeat(20)))) {
            var settings = Settings.load(data, options(Optional.of(gitaly)), Tokens::create);
            var programs = new NodePrograms(data, settings, List.of(), List.of("java"));

            assertThatThrownBy(() -> programs.command(settings.nodes().getFirst()))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("too long for Gitaly's sockets");
        }
    }

    private Settings load(Optional<Path> program) throws IOException {
        try (var data = DataDirectory.hold(directory.resolve("data"))) {
            return Settings.load(data, options(program), Tokens::create);
        }
    }

    private SandboxOptions options(Optional<Path> program) {
        return new SandboxOptions(
                directory.resolve("data"), 0, 0, directory.resolve("quaestor"), program, List.of(), List.of());
    }

    private Path program(String name) throws IOException {
        var file = Files.writeString(directory.resolve(name), "#!/bin/sh\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
