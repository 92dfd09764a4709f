package io.quaestor.transaction;

/// What a node is doing when it votes (RT 4.5, D19 2.1.2).
public enum VotePhase {

    /// It does not say. Some changes of old nodes are voted on once, like this.
    UNKNOWN,

    /// The change is written aside; COMMIT lets it happen.
    PREPARED,

    /// The change was made, if it was voted on before. Old nodes vote so on some changes only once, before they make
    /// them.
    COMMITTED,

    /// Nothing changes: the nodes wait for each other.
    SYNCHRONIZED,

    /// No lock is taken yet. Nodes of 19.1 and later.
    PREPARING;

    /// Whether COMMIT to such a vote is a permission to change something, where the node has no change to confirm.
    boolean permits(Vote vote) {
        return switch (this) {
            case PREPARED -> true;
            case UNKNOWN, COMMITTED -> !vote.isZero();
            case SYNCHRONIZED, PREPARING -> false;
        };
    }
}
