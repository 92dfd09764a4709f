package io.quaestor.sandbox.git;

import java.io.IOException;

/// Git ended with an exit code that the caller did not expect.
public final class GitException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    GitException(String subCommand, int exitCode, String stderr) {
        super("git " + subCommand + ": exit status " + exitCode + (stderr.isBlank() ? "" : ": " + stderr.strip()));
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
