package io.quaestor.sandbox.git;

/// Hooks for the git commands of one call. Commands may run one after the other, not at the same time.
public interface HookSession extends AutoCloseable {

    /// A session without hooks.
    static HookSession none() {
        return new HookSession() {
            @Override
            public GitCommand on(GitCommand command) {
                return command;
            }

            @Override
            public void close() {
                // there is nothing
            }
        };
    }

    /// The command with the hooks of this session, whatever hooks it had before.
    GitCommand on(GitCommand command);

    /// Refuses hooks that still wait, and leaves no trace. To be closed after the commands' processes.
    @Override
    void close();
}
