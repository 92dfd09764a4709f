package io.quaestor.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The machine's `git`, with settings of its own.
final class Git {

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "GIT_CONFIG_NOSYSTEM", "1",
            "GIT_CONFIG_GLOBAL", "/dev/null",
            "GIT_TERMINAL_PROMPT", "0",
            "GIT_AUTHOR_NAME", "it",
            "GIT_AUTHOR_EMAIL", "it@example.org",
            "GIT_COMMITTER_NAME", "it",
            "GIT_COMMITTER_EMAIL", "it@example.org",
            "LC_ALL", "C");

    private Git() {}

    static Shell.Ended run(Path directory, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        return Shell.run(directory, ENVIRONMENT, command.toArray(String[]::new));
    }

    /// A new working tree with one commit.
    static Path create(Path directory, String remote) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        run(directory, "init", "-q", "-b", "main").ok();
        run(directory, "remote", "add", "origin", remote).ok();
        commit(directory, "first");
        return directory;
    }

    static Path clone(Path directory, String remote, String... options) throws IOException, InterruptedException {
        var arguments = new ArrayList<>(List.of("clone", "-q"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(remote, directory.toString()));
        run(directory.getParent(), arguments.toArray(String[]::new)).ok();
        return directory;
    }

    static void commit(Path directory, String text) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("file.txt"), text + "\n");
        run(directory, "add", "-A").ok();
        run(directory, "commit", "-q", "-m", text).ok();
    }

    static String head(Path directory) throws IOException, InterruptedException {
        return run(directory, "rev-parse", "HEAD").ok().output().trim();
    }

    /// References of a repository on a node's disk, one a line.
    ///
    /// @param patterns none for all
    static String references(Path repository, String... patterns) throws IOException, InterruptedException {
        var arguments = new ArrayList<>(List.of("--git-dir=.", "for-each-ref", "--format=%(objectname) %(refname)"));
        arguments.addAll(List.of(patterns));
        return run(repository, arguments.toArray(String[]::new)).ok().output();
    }
}
