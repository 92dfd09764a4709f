package io.quaestor.faults.load;

import io.grpc.Status;
import io.quaestor.faults.history.Outcome;
import io.quaestor.faults.system.Shell.Ended;
import java.util.List;

/// What an answer says about a write. Only where the node or Git said that it was refused, it counts as rejected; what
/// is not understood leaves everything open.
public final class Refusals {

    /// What Git and Gitaly say if the reference is not at the expected value, if another write holds its lock, or if the
    /// replicas did not agree: then the one that speaks for them has written nothing.
    private static final List<String> REFUSED = List.of(
            "but expected", "does not point to expected object", "cannot lock ref", "ref updates aborted by hook");

    private Refusals() {}

    /// Of a call.
    public static Outcome of(Status status) {
        return switch (status.getCode()) {
            case OK -> Outcome.OK;
            case FAILED_PRECONDITION, ABORTED -> Outcome.REJECTED;
            case CANCELLED,
                    UNKNOWN,
                    INVALID_ARGUMENT,
                    DEADLINE_EXCEEDED,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    INTERNAL,
                    UNAVAILABLE,
                    DATA_LOSS,
                    UNAUTHENTICATED -> {
                var text = status.getDescription();
                yield text != null && REFUSED.stream().anyMatch(text::contains)
                        ? Outcome.REJECTED
                        : Outcome.UNKNOWN;
            }
        };
    }

    /// Of `git push --porcelain` of one reference. Its line begins with `!` if that was refused, by Git before it was sent
    /// (`[rejected]`) or by the server (`[remote rejected]`); `[remote failure]` means that no answer came.
    public static Outcome of(Ended push) {
        if (push.code() == 0) {
            return Outcome.OK;
        }
        return push.output()
                        .lines()
                        .filter(line -> line.startsWith("!\t"))
                        .anyMatch(line -> line.contains("[rejected]") || line.contains("[remote rejected]"))
                ? Outcome.REJECTED
                : Outcome.UNKNOWN;
    }
}
