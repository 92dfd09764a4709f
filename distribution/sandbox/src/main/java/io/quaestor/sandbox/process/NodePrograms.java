package io.quaestor.sandbox.process;

import io.quaestor.sandbox.gitaly.GitalyConfig;
import io.quaestor.sandbox.node.NodeMain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// What runs as a storage node: the sandbox's own, or a Gitaly that the person brought.
///
/// @param options for the sandbox's own nodes, each `OPTION` or `NODE:OPTION`
/// @param java    how to start a Java program of this class path
record NodePrograms(DataDirectory data, Settings settings, List<String> options, List<String> java) {

    /// Prepares the files of a node.
    ///
    /// @return the command that runs it
    List<String> command(Settings.Node node) throws IOException {
        var gitaly = settings.gitaly();
        return gitaly.isPresent() ? gitaly(node, gitaly.get()) : own(node);
    }

    private List<String> own(Settings.Node node) {
        var command = new ArrayList<>(java);
        command.addAll(List.of(
                NodeMain.class.getName(),
                "--name",
                node.name(),
                "--directory",
                data.node(node.name()).toString(),
                "--port",
                String.valueOf(node.port()),
                "--token-file",
                data.token(node.name()).toString()));
        for (var option : options) {
            int colon = option.startsWith("-") ? -1 : option.indexOf(':');
            if (colon < 0 || option.substring(0, colon).equals(node.name())) {
                command.add(option.substring(colon + 1));
            }
        }
        return command;
    }

    private List<String> gitaly(Settings.Node node, Settings.Gitaly gitaly) throws IOException {
        if (!options.isEmpty()) {
            throw new SandboxException("options for nodes are for the sandbox's own, not for Gitaly: " + options);
        }
        var home = data.gitaly(node.name());
        var runtime = home.resolve("run");
        int length = runtime.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > GitalyConfig.LONGEST_RUNTIME) {
            throw new SandboxException("the name of the data directory is too long for Gitaly's sockets by "
                    + (length - GitalyConfig.LONGEST_RUNTIME) + " bytes: " + data.root());
        }
        Files.createDirectories(runtime); // a Gitaly that was killed leaves files there, the next one removes them
        Files.createDirectories(data.node(node.name()));
        var secret = home.resolve("secret");
        PrivateFile.write(secret, gitaly.secret());
        var config = home.resolve("config.toml");
        PrivateFile.write(
                config,
                new GitalyConfig(
                                gitaly.program(),
                                node.name(),
                                node.port(),
                                node.token(),
                                data.node(node.name()),
                                runtime,
                                gitaly.apiPort(),
                                secret)
                        .text());
        return List.of(gitaly.program().toString(), "serve", config.toString());
    }
}
