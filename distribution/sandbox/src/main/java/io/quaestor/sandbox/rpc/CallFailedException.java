package io.quaestor.sandbox.rpc;

import io.grpc.Status;
import java.io.IOException;

/// A call ended with another status than OK.
public final class CallFailedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Status status;

    public CallFailedException(Status status) {
        super(status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription()));
        this.status = status;
    }

    public Status status() {
        return status == null ? Status.UNKNOWN : status; // null only in a copy that was serialised
    }
}
