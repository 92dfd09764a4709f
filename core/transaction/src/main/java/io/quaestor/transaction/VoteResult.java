package io.quaestor.transaction;

/// What a voter is told.
public sealed interface VoteResult {

    /// Go on.
    record Commit() implements VoteResult {}

    /// There is no quorum for what it said.
    ///
    /// @param reached the weight behind what it said; none if it may not vote any more
    /// @param needed  the weight that it takes
    record Abort(int reached, int needed) implements VoteResult {}

    /// The primary has stopped the transaction.
    record Stop() implements VoteResult {}

    /// It does not take part any more, or the transaction is over.
    record Cancelled() implements VoteResult {}

    /// It cannot vote here. Nothing was changed.
    ///
    /// @param reason facts in lower case; Praefect's text where there is one (RT 4.4)
    record Invalid(String reason) implements VoteResult {}

    /// The proxy may not permit anything now: nobody would know of the write if it died.
    record Withheld() implements VoteResult {}
}
