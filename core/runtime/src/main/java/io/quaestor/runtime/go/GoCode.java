package io.quaestor.runtime.go;

import java.util.List;

/// Names of gRPC's codes as Go spells them (OPS 4.5).
public final class GoCode {

    private static final List<String> NAMES = List.of(
            "OK",
            "Canceled",
            "Unknown",
            "InvalidArgument",
            "DeadlineExceeded",
            "NotFound",
            "AlreadyExists",
            "PermissionDenied",
            "ResourceExhausted",
            "FailedPrecondition",
            "Aborted",
            "OutOfRange",
            "Unimplemented",
            "Internal",
            "Unavailable",
            "DataLoss",
            "Unauthenticated");

    private GoCode() {}

    /// The name of a code, for example `NotFound` for 5; `Code(99)` for one that does not exist.
    public static String name(int code) {
        return code >= 0 && code < NAMES.size() ? NAMES.get(code) : "Code(" + code + ")";
    }
}
