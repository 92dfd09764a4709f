package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// One round of a transaction, and who waits for its end.
///
/// @param round     the votes
/// @param permits   whether COMMIT lets anybody change something here
/// @param permitted whether it has
/// @param led       whether the primary has made what is permitted here
/// @param hurried   whether nobody waits for company any more
/// @param waiting   who has voted and is not yet answered, with what, in their order
/// @param announced whether it was said that somebody is waited for, and why
record Slot(
        VotingRound round,
        boolean permits,
        boolean permitted,
        boolean led,
        boolean hurried,
        Map<StorageName, Ballot> waiting,
        Set<Wait.Reason> announced) {

    Slot {
        waiting = Collections.unmodifiableMap(new LinkedHashMap<>(waiting));
        announced = Set.copyOf(announced);
    }

    /// A round in which nobody has voted.
    ///
    /// @param gone who will not
    static Slot open(Electorate electorate, Set<StorageName> gone) {
        var round = VotingRound.open(electorate, VotingRound.Terms.AT_ONCE).withdraw(gone);
        return new Slot(round, false, false, false, false, Map.of(), Set.of());
    }

    Slot with(VotingRound other) {
        return other.equals(round) ? this : new Slot(other, permits, permitted, led, hurried, waiting, announced);
    }

    /// Somebody votes. A round that is decided stays as it is, and judges it as a late one.
    Slot cast(Ballot ballot) {
        var next = round instanceof VotingRound.Open open ? open.cast(ballot.voter(), ballot.vote()) : round;
        var more = new LinkedHashMap<>(waiting);
        more.put(ballot.voter(), ballot);
        boolean any = permits || ballot.phase().permits(ballot.vote());
        return new Slot(next, any, permitted, led, hurried, more, announced);
    }

    /// Somebody has left or may not go on. Its vote does not count where nothing is decided.
    Slot withdraw(StorageName voter) {
        return round instanceof VotingRound.Open open ? answered(voter).with(open.withdraw(voter)) : answered(voter);
    }

    /// Does not wait any more.
    Slot answered(StorageName voter) {
        if (!waiting.containsKey(voter)) {
            return this;
        }
        var fewer = new LinkedHashMap<>(waiting);
        fewer.remove(voter);
        return new Slot(round, permits, permitted, led, hurried, fewer, announced);
    }

    Slot nowPermitted() {
        return new Slot(round, permits, true, led, hurried, waiting, announced);
    }

    Slot nowLed() {
        return led ? this : new Slot(round, permits, permitted, true, hurried, waiting, announced);
    }

    Slot hurry() {
        return new Slot(round, permits, permitted, led, true, waiting, announced);
    }

    Slot announcing(Wait.Reason reason) {
        var more = new HashSet<>(announced);
        more.add(reason);
        return new Slot(round, permits, permitted, led, hurried, waiting, more);
    }

    /// What it takes for a quorum now.
    ///
    /// @param changed whether something was permitted in the transaction before: then those who have gone do not stand in
    ///                the way where nothing more is changed
    VotingRound.Terms terms(boolean changed) {
        if (!permits) {
            return changed ? VotingRound.Terms.AMONG_THE_REST : VotingRound.Terms.AT_ONCE;
        }
        return hurried ? VotingRound.Terms.AT_ONCE : VotingRound.Terms.IN_COMPANY;
    }

    /// Whether somebody waits for nothing but the permission.
    boolean holdsPermission() {
        var judged = round instanceof VotingRound.Open open ? open.judged() : round;
        return judged instanceof VotingRound.Committed committed && wouldPermit(committed);
    }

    /// Whether one of those who wait may change something once they are answered.
    boolean wouldPermit(VotingRound.Committed committed) {
        return waiting.values().stream()
                .anyMatch(b -> b.vote().equals(committed.vote()) && b.phase().permits(b.vote()));
    }

    /// The weight of those who wait and have said the same.
    int weightBehind(Vote vote, Electorate electorate) {
        return waiting.values().stream()
                .filter(b -> b.vote().equals(vote))
                .mapToInt(b -> electorate.weight(b.voter()))
                .sum();
    }
}
