package io.quaestor.threads;

import java.time.Duration;

/// Something took longer than it may, and was interrupted.
public final class TimeLimitException extends Exception {

    private static final long serialVersionUID = 1L;

    /// @param limit what it was allowed
    /// @param cause how it ended after the interruption
    TimeLimitException(Duration limit, Throwable cause) {
        super("not done within " + limit.toMillis() + " ms", cause);
    }
}
