package io.quaestor.transaction;

/// Somebody is waited for. Whoever holds the transaction calls [Transaction#dismissAbsent] when the time for it is over.
///
/// @param round  in which
/// @param reason why, which says how long
public record Wait(int round, Reason reason) {

    /// Why somebody is waited for.
    public enum Reason {

        /// The others are a quorum.
        QUORUM_REACHED,

        /// The primary has voted, or somebody where the primary is gone, and there is no quorum yet.
        PRIMARY_WAITS
    }
}
