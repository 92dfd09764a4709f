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
/// @param state     whether it goes on voting
/// @param round     the round that its next vote belongs to
/// @param waits     whether it has voted in that round and is not yet answered
/// @param permitted a change that it may have made, and has not confirmed
/// @param silently  whether that change is confirmed by going on, because its kind has no vote afterwards
/// @param unclear   whether it was permitted something else without having confirmed an earlier change: nobody will ever
///                  know what became of that
/// @param confirmed changes that it has made
record Standing(
        State state,
        int round,
        boolean waits,
        Optional<Vote> permitted,
        boolean silently,
        boolean unclear,
        Confirmations confirmed) {

    /// Whether it goes on voting.
    enum State {
        VOTING,
        FAILED,
        LEFT
    }

    static final Standing BEGINNING =
            new Standing(State.VOTING, 0, false, Optional.empty(), false, false, Confirmations.NONE);

    boolean isVoting() {
        return state == State.VOTING;
    }

    /// Whether it has voted, as far as it can be seen.
    boolean hasVoted() {
        return state != State.VOTING || waits || round > 0;
    }

    boolean isAbsentIn(int number) {
        return isVoting() && (round < number || (round == number && !waits));
    }

    boolean mayBeWriting() {
        return permitted.isPresent() || unclear;
    }

    /// Whether a vote says that the permitted change was made.
    boolean isConfirmedBy(Ballot ballot) {
        return ballot.phase() == VotePhase.COMMITTED
                && !silently
                && permitted.filter(ballot.vote()::equals).isPresent();
    }

    Standing waiting() {
        return new Standing(state, round, true, permitted, silently, unclear, confirmed);
    }

    /// Was told something that changes nothing here.
    Standing told() {
        return new Standing(state, round, false, permitted, silently, unclear, confirmed);
    }

    /// Was told COMMIT.
    Standing wentOn() {
        return new Standing(state, round + 1, false, permitted, silently, unclear, confirmed);
    }

    /// Was told COMMIT, and may make a change.
    ///
    /// @param silent whether no vote follows when it is made
    Standing permitted(Vote change, boolean silent) {
        boolean passedOver = permitted.isPresent();
        return new Standing(
                state, round + 1, false, Optional.of(change), silent, unclear || passedOver, confirmed);
    }

    /// Has made the change that it was permitted.
    Standing confirming() {
        return permitted
                .map(change -> new Standing(
                        state, round, waits, Optional.empty(), false, unclear, confirmed.plus(change)))
                .orElse(this);
    }

    /// Does something after a permission: a change that has no vote of its own afterwards was made.
    Standing goesOn() {
        return silently ? confirming() : this;
    }

    Standing failed() {
        return new Standing(State.FAILED, round, false, permitted, silently, unclear, confirmed);
    }

    Standing left() {
        return new Standing(State.LEFT, round, false, permitted, silently, unclear, confirmed);
    }
}
