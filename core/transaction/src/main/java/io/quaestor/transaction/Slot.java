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
/// @param waiting   who has voted and is not yet answered, with what
/// @param announced whether it was said that somebody is waited for, and why
record Slot(VotingRound round, boolean permits, Map<StorageName, Ballot> waiting, Set<Wait.Reason> announced) {

    Slot {
        waiting = Collections.unmodifiableMap(new LinkedHashMap<>(waiting));
        announced = Set.copyOf(announced);
    }

    /// A round in which nobody has voted.
    ///
    /// @param permits a quorum of one waits for company only where something is changed
    static Slot open(Electorate electorate, boolean permits) {
        return new Slot(VotingRound.open(electorate, !permits), permits, Map.of(), Set.of());
    }

    Slot with(VotingRound other) {
        return new Slot(other, permits, waiting, announced);
    }

    Slot waitingFor(Ballot ballot) {
        var more = new LinkedHashMap<>(waiting);
        more.put(ballot.voter(), ballot);
        return new Slot(round, permits || ballot.phase().permits(ballot.vote()), more, announced);
    }

    Slot without(StorageName voter) {
        var fewer = new LinkedHashMap<>(waiting);
        fewer.remove(voter);
        return new Slot(round, permits, fewer, announced);
    }

    Slot announcing(Wait.Reason reason) {
        var more = new HashSet<>(announced);
        more.add(reason);
        return new Slot(round, permits, waiting, more);
    }

    /// Whether somebody waits for nothing but the permission.
    boolean holdsPermission() {
        return round instanceof VotingRound.Committed committed
                && waiting.values().stream()
                        .anyMatch(b -> b.vote().equals(committed.vote()) && b.phase().permits(b.vote()));
    }
}
