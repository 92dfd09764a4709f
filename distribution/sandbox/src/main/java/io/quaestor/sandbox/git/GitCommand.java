package io.quaestor.sandbox.git;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One call of git, before it runs. A value: every `with…` returns a new one.
///
/// @param arguments   sub-command and its arguments, without `git`
/// @param config      `key=value`, given to git as `-c`
/// @param environment variables added to the hermetic ones of [Git]
public record GitCommand(List<String> arguments, List<String> config, Map<String, String> environment) {

    public GitCommand {
        arguments = List.copyOf(arguments);
        config = List.copyOf(config);
        environment = Map.copyOf(environment);
    }

    public static GitCommand of(String... arguments) {
        return new GitCommand(List.of(arguments), List.of(), Map.of());
    }

    public GitCommand with(String... more) {
        var all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        return new GitCommand(all, config, environment);
    }

    public GitCommand withConfig(List<String> more) {
        var all = new ArrayList<>(config);
        all.addAll(more);
        return new GitCommand(arguments, all, environment);
    }

    public GitCommand withEnvironment(String name, String value) {
        var all = new LinkedHashMap<>(environment);
        all.put(name, value);
        return new GitCommand(arguments, config, all);
    }

    /// Speaks the protocol version that a client asked for, for example `version=2`. Empty means version 0.
    public GitCommand withProtocol(String protocol) {
        return protocol.isEmpty() ? this : withEnvironment("GIT_PROTOCOL", protocol);
    }
}
