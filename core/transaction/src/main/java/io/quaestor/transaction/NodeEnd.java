package io.quaestor.transaction;

/// How a call that writes ended at one node.
///
/// @param kind   in which way
/// @param status code and text with which the node ended it itself; empty otherwise. Two nodes ended alike if these are
///               equal (RT 4.6)
public record NodeEnd(Kind kind, String status) {

    /// How a call may end.
    public enum Kind {
        /// The node said OK.
        OK,

        /// The node ended the call with a failure. It may have written before.
        FAILED,

        /// The connection was lost, the call was cancelled, or nobody waits for its end. The node may have written.
        VANISHED,

        /// It is certain that nothing reached the node.
        NOT_REACHED
    }

    /// Whether the node ended the call itself.
    public boolean isAnswer() {
        return switch (kind) {
            case OK, FAILED -> true;
            case VANISHED, NOT_REACHED -> false;
        };
    }
}
