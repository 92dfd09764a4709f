package io.quaestor.runtime.cli;

/// A command failed in a way that one line tells. The line goes to standard error.
final class CommandException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final boolean withHelp;

    CommandException(String message) {
        this(message, ExitCode.ERROR, false);
    }

    /// @param withHelp whether the help of the command is printed before
    CommandException(String message, int exitCode, boolean withHelp) {
        super(message);
        this.exitCode = exitCode;
        this.withHelp = withHelp;
    }

    int exitCode() {
        return exitCode;
    }

    boolean withHelp() {
        return withHelp;
    }
}
