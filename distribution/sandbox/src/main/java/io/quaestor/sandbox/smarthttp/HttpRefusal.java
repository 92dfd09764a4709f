package io.quaestor.sandbox.smarthttp;

import io.grpc.Status;
import java.io.IOException;

/// An answer that is no success: a status of HTTP and a text for people.
public final class HttpRefusal extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    public HttpRefusal(int status, String text) {
        super(text);
        this.status = status;
    }

    /// What a failed call means for the user of `git`.
    static HttpRefusal of(Status failure) {
        var text = failure.getDescription() == null ? failure.getCode().name() : failure.getDescription();
        return switch (failure.getCode()) {
            case NOT_FOUND -> new HttpRefusal(404, text);
            case INVALID_ARGUMENT, OUT_OF_RANGE -> new HttpRefusal(400, text);
            case ALREADY_EXISTS, ABORTED -> new HttpRefusal(409, text);
            case RESOURCE_EXHAUSTED -> new HttpRefusal(429, text);
            case UNIMPLEMENTED -> new HttpRefusal(501, text);
            // our own credentials are at fault, not the user's: 401 would make git ask for a password
            case UNAUTHENTICATED, PERMISSION_DENIED -> new HttpRefusal(502, "the gateway was refused: " + text);
            case UNAVAILABLE, CANCELLED -> new HttpRefusal(503, text);
            case DEADLINE_EXCEEDED -> new HttpRefusal(504, text);
            case OK, UNKNOWN, FAILED_PRECONDITION, INTERNAL, DATA_LOSS -> new HttpRefusal(500, text);
        };
    }

    int status() {
        return status;
    }
}
