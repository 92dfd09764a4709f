package io.quaestor.transport.server;

import io.grpc.Deadline;
import io.grpc.Status;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.StatusCode;
import org.jspecify.annotations.Nullable;

/// Translates between the coordinator's codes and grpc-java's, and says which code a client sees (RT 1.3).
final class Statuses {

    private Statuses() {}

    static StatusCode code(Status status) {
        return StatusCode.of(status.getCode().value());
    }

    static Status of(Failure failure) {
        return Status.fromCodeValue(failure.code().number()).withDescription(failure.text());
    }

    /// What the client is told. UNKNOWN never reaches it, and after its deadline every failure is DEADLINE_EXCEEDED.
    static Status forClient(Status status, @Nullable Deadline deadline) {
        if (status.isOk()) {
            return status;
        }
        if (deadline != null && deadline.isExpired()) {
            return Status.DEADLINE_EXCEEDED.withDescription(status.getDescription());
        }
        return status.getCode() == Status.Code.UNKNOWN
                ? Status.INTERNAL.withDescription(status.getDescription())
                : status;
    }

    static String text(Status status) {
        var text = status.getDescription();
        return text == null ? "" : text;
    }

    /// Whether the node, or the way to it, is at fault.
    static boolean isFault(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, INTERNAL, UNKNOWN, DATA_LOSS -> true;
            case OK,
                    CANCELLED,
                    INVALID_ARGUMENT,
                    DEADLINE_EXCEEDED,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED,
                    FAILED_PRECONDITION,
                    ABORTED,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    UNAUTHENTICATED -> false;
        };
    }
}
