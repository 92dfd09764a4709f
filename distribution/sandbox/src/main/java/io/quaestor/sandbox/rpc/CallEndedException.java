package io.quaestor.sandbox.rpc;

import java.io.IOException;

/// The other side ended or cancelled the call while something was to be sent to it or expected from it.
public final class CallEndedException extends IOException {

    private static final long serialVersionUID = 1L;

    CallEndedException(String message) {
        super(message);
    }
}
