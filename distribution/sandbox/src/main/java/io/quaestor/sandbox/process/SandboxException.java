package io.quaestor.sandbox.process;

import java.io.IOException;

/// What went wrong, in one line for the person at the keyboard.
public final class SandboxException extends IOException {

    private static final long serialVersionUID = 1L;

    public SandboxException(String message) {
        super(message);
    }
}
