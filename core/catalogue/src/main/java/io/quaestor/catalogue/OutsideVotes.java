package io.quaestor.catalogue;

/// What nodes write for an RPC without a vote, and therefore even if no permission was ever given.
public enum OutsideVotes {

    /// Every change is voted on.
    NOTHING,

    /// Some of it is written before the first vote.
    BEFORE_VOTE,

    /// Nodes do not vote at all.
    EVERYTHING
}
