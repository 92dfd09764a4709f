package io.quaestor.sandbox.node;

import io.grpc.Status;
import io.grpc.StatusException;
import java.util.Optional;

/// A vote that did not bring the permission to go on.
final class VoteException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean stopped;
    private final transient Optional<Status> failure;

    private VoteException(String message, boolean stopped, Optional<Status> failure) {
        super(message);
        this.stopped = stopped;
        this.failure = failure;
    }

    /// The nodes do not agree.
    static VoteException aborted() {
        return new VoteException("transaction was aborted", false, Optional.empty());
    }

    /// The primary refuses the change.
    static VoteException stopped() {
        return new VoteException("transaction was stopped", true, Optional.empty());
    }

    /// There is nobody to vote with.
    static VoteException unconnected() {
        return new VoteException("get backchannel: no backchannel for peer 0", false, Optional.empty());
    }

    /// The vote has not been answered.
    static VoteException failed(Status status) {
        var text = Optional.ofNullable(status.getDescription()).orElse(status.getCode().name());
        return new VoteException(text, false, Optional.of(status));
    }

    boolean isStopped() {
        return stopped;
    }

    /// What the client of the call hears. A failed call keeps its code, as in Gitaly.
    ///
    /// @param code if the proxy has decided
    StatusException as(Status.Code code, String what) {
        return failure.orElse(code.toStatus())
                .withDescription(what + ": " + getMessage())
                .withCause(this)
                .asException();
    }
}
