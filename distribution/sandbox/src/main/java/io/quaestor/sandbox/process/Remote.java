package io.quaestor.sandbox.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Commands for a sandbox that runs in another process.
public final class Remote {

    private Remote() {}

    /// Carries out a command and returns what there is to say.
    ///
    /// @param data where that sandbox keeps everything
    /// @throws SandboxException if none runs there, or the command failed
    public static List<String> send(Path data, String command, List<String> targets) throws IOException {
        for (var target : targets) {
            if (target.isBlank() || target.chars().anyMatch(Character::isWhitespace)) {
                throw new SandboxException("no name of a node: " + target);
            }
        }
        return Control.send(data, (command + " " + String.join(" ", targets)).strip());
    }
}
