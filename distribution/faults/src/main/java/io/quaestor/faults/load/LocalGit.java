package io.quaestor.faults.load;

import io.quaestor.faults.system.Shell;
import io.quaestor.faults.system.Shell.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The machine's `git` on a directory, with no settings but these.
///
/// @param directory of the repository
public record LocalGit(Path directory) {

    private static final Map<String, String> ENVIRONMENT = Map.ofEntries(
            Map.entry("GIT_CONFIG_NOSYSTEM", "1"),
            Map.entry("GIT_CONFIG_GLOBAL", "/dev/null"),
            Map.entry("GIT_TERMINAL_PROMPT", "0"),
            Map.entry("GIT_AUTHOR_NAME", "faults"),
            Map.entry("GIT_AUTHOR_EMAIL", "faults@example.org"),
            Map.entry("GIT_AUTHOR_DATE", "1700000000 +0000"),
            Map.entry("GIT_COMMITTER_NAME", "faults"),
            Map.entry("GIT_COMMITTER_EMAIL", "faults@example.org"),
            Map.entry("GIT_COMMITTER_DATE", "1700000000 +0000"),
            Map.entry("NO_PROXY", "*"),
            Map.entry("no_proxy", "*"),
            Map.entry("LC_ALL", "C"));

    private static final Duration SHORT = Duration.ofMinutes(1);

    public Ended run(Duration limit, String input, List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("git", "-c", "safe.directory=*", "--git-dir=" + directory));
        command.addAll(arguments);
        return Shell.run(command, ENVIRONMENT, input, limit);
    }

    /// Runs a command that must succeed.
    public String run(String... arguments) throws IOException, InterruptedException {
        return run(SHORT, "", List.of(arguments))
                .orThrow("git " + arguments[0])
                .output()
                .strip();
    }

    /// All references with their values.
    public Map<String, String> references() throws IOException, InterruptedException {
        var references = new TreeMap<String, String>();
        run("for-each-ref", "--format=%(objectname) %(refname)").lines().forEach(line -> {
            int space = line.indexOf(' ');
            references.put(line.substring(space + 1), line.substring(0, space));
        });
        return references;
    }
}
