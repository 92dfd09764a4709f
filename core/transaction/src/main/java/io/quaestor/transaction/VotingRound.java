package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// One round of voting about one change.
///
/// ```text
///            cast, withdraw   
///               ┌────┐
///               ▼    │
///  open ──────▶ Open ┴──▶ Committed   enough weight is behind one vote
///                    └──▶ Failed      no vote can win any more
/// ```
///
/// Where one voter alone is the quorum, a round that is not hurried waits until all others have voted or withdrawn, so
/// that there is more than one copy if possible.
///
/// A round is a value: it has no lock, no clock and no thread. Whoever holds it serialises the calls.
public sealed interface VotingRound {

    /// A round in which nobody has voted.
    ///
    /// @param hurried whether a quorum of one voter waits for nobody
    static Open open(Electorate electorate, boolean hurried) {
        return new Open(electorate, Map.of(), Set.of(), hurried);
    }

    /// Not decided.
    ///
    /// @param votes     of those who have voted, in their order
    /// @param withdrawn who will not vote, or has taken its vote back
    record Open(Electorate electorate, Map<StorageName, Vote> votes, Set<StorageName> withdrawn, boolean hurried)
            implements VotingRound {

        /// A voter votes.
        ///
        /// @param voter one of the electorate, who has neither voted nor withdrawn
        public VotingRound cast(StorageName voter, Vote vote) {
            if (!electorate.weights().containsKey(voter) || votes.containsKey(voter) || withdrawn.contains(voter)) {
                throw new IllegalArgumentException("cannot vote here: " + voter);
            }
            var more = new LinkedHashMap<>(votes);
            more.put(voter, vote);
            return new Open(electorate, more, withdrawn, hurried).settled();
        }

        /// A voter takes its vote back, or will not vote.
        public VotingRound withdraw(StorageName voter) {
            var fewer = new LinkedHashMap<>(votes);
            fewer.remove(voter);
            var more = new LinkedHashSet<>(withdrawn);
            more.add(voter);
            return new Open(electorate, fewer, more, hurried).settled();
        }

        /// A quorum of one voter waits for nobody any more.
        public VotingRound hurry() {
            return new Open(electorate, votes, withdrawn, true).settled();
        }

        /// The round goes on as if a voter had never been part of it.
        VotingRound excluding(StorageName voter) {
            var fewer = new LinkedHashMap<>(votes);
            fewer.remove(voter);
            return new Open(electorate.without(voter), fewer, withdrawn, hurried).settled();
        }

        /// Whether enough weight is behind one vote, though the round may still wait for company.
        boolean hasQuorum() {
            return reached() >= electorate.threshold();
        }

        private VotingRound settled() {
            int reached = reached();
            int outstanding = 0;
            boolean awaited = false;
            for (var voter : electorate.weights().entrySet()) {
                if (!votes.containsKey(voter.getKey()) && !withdrawn.contains(voter.getKey())) {
                    outstanding += voter.getValue();
                    awaited = true;
                }
            }
            if (reached >= electorate.threshold()) {
                var leader = leader();
                boolean alone = votes.values().stream().filter(leader::equals).count() == 1;
                return alone && awaited && !hurried ? this : new Committed(leader, reached, electorate.threshold());
            }
            return reached + outstanding < electorate.threshold() ? new Failed(reached, electorate.threshold()) : this;
        }

        private int reached() {
            return counts().values().stream().mapToInt(Integer::intValue).max().orElse(0);
        }

        private Vote leader() {
            int most = reached();
            return counts().entrySet().stream()
                    .filter(e -> e.getValue() == most)
                    .findFirst()
                    .orElseThrow()
                    .getKey();
        }

        private Map<Vote, Integer> counts() {
            var counts = new LinkedHashMap<Vote, Integer>();
            votes.forEach((voter, vote) ->
                    counts.merge(vote, electorate.weights().getOrDefault(voter, 0), Integer::sum));
            return counts;
        }
    }

    /// Enough weight is behind `vote`. Voters that said or say the same may make the change.
    ///
    /// @param reached the weight behind it when it was decided
    record Committed(Vote vote, int reached, int needed) implements VotingRound {}

    /// The best vote got `reached` of the `needed` weight, and the rest cannot close the gap.
    record Failed(int reached, int needed) implements VotingRound {}
}
