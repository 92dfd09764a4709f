package io.quaestor.sandbox.git;

import java.io.IOException;
import java.util.Optional;

/// Decides for the hooks of one session.
@FunctionalInterface
public interface HookHandler {

    /// Answers a hook. Called on a thread of its own while git waits, so it may block; interrupted when the session is
    /// closed.
    ///
    /// @return empty if git may go on; otherwise why not, in one line for the reader of git's error output
    /// @throws IOException git must not go on
    Optional<String> asked(HookQuestion question) throws IOException, InterruptedException;
}
