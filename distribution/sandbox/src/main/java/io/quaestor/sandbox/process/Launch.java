package io.quaestor.sandbox.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// How to start a process of the sandbox.
///
/// @param name        `proxy` or the name of a node
/// @param command     program and arguments
/// @param environment variables beside those of the supervisor
/// @param log         gets both outputs
/// @param pidFile     gets the process's id
public record Launch(String name, List<String> command, Map<String, String> environment, Path log, Path pidFile) {

    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
