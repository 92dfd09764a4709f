package io.quaestor.transaction;

import java.util.Optional;

/// Where one voter stands in a transaction.
///
/// ```text
///            COMMIT: next round
///              ┌─────┐
///              ▼     │
///            Voting ─┴──disagreed, or no quorum──▶ Failed
///              └────────ended, or given up───────▶ Left
/// ```
///
/// @param state       whether it goes on voting
/// @param round       the round that its next vote belongs to
/// @param waits       whether it has voted in that round and is not yet answered
/// @param permitted   a change that it may have made, and has not confirmed
/// @param silently    whether that change is confirmed by going on, because its kind has no vote afterwards
/// @param confirmed   changes that it has made
record Standing(
        State state, int round, boolean waits, Optional<Vote> permitted, boolean silently, Confirmations confirmed) {

    /// Whether it goes on voting.
    enum State {
        VOTING,
        FAILED,
        LEFT
    }

    static final Standing BEGINNING =
            new Standing(State.VOTING, 0, false, Optional.empty(), false, Confirmations.NONE);

    Standing waiting() {
        return new Standing(state, round, true, permitted, silently, confirmed);
    }

    /// Was told COMMIT.
    Standing wentOn() {
        return new Standing(state, round + 1, false, permitted, silently, confirmed);
    }

    /// Was told COMMIT, and may make a change.
    ///
    /// @param silent whether no vote follows when it is made
    Standing permitted(Vote change, boolean silent) {
        return new Standing(state, round + 1, false, Optional.of(change), silent, confirmed);
    }

    Standing confirmed(Vote change) {
        return new Standing(state, round, waits, Optional.empty(), false, confirmed.plus(change));
    }

    /// Does something after a permission: a change that has no vote of its own afterwards was made.
    Standing goesOn() {
        return silently && permitted.isPresent() ? confirmed(permitted.get()) : this;
    }

    Standing failed() {
        return new Standing(State.FAILED, round, false, permitted, silently, confirmed);
    }

    Standing left() {
        return new Standing(State.LEFT, round, false, permitted, silently, confirmed);
    }

    boolean isVoting() {
        return state == State.VOTING;
    }
}
