package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// One round of voting about one change.
///
/// ```text
///          cast, withdraw
///             ┌────┐
///             ▼    │
///  open ───▶ Open ─┴─judged──▶ Committed   enough weight is behind one vote
///                         └──▶ Failed      no vote can win any more
/// ```
///
/// As long as a round is not judged, votes may be taken back. A round is a value: it has no lock, no clock and no thread.
/// Whoever holds it serialises the calls.
public sealed interface VotingRound {

    /// What it takes for a quorum, besides its weight.
    enum Terms {

        /// Where one voter alone is the quorum, it waits until all others have voted or withdrawn, so that there is more
        /// than one copy if possible.
        IN_COMPANY,

        /// A quorum waits for nobody.
        AT_ONCE,

        /// The same; and who has withdrawn is no part of the electorate any more.
        AMONG_THE_REST
    }

    /// A round in which nobody has voted.
    static Open open(Electorate electorate, Terms terms) {
        return new Open(electorate, Map.of(), Set.of(), terms);
    }

    /// Not decided.
    ///
    /// @param votes     of those who have voted
    /// @param withdrawn who will not vote, or has taken its vote back
    record Open(Electorate electorate, Map<StorageName, Vote> votes, Set<StorageName> withdrawn, Terms terms)
            implements VotingRound {

        public Open {
            votes = Map.copyOf(votes);
            withdrawn = Set.copyOf(withdrawn);
        }

        /// A voter votes.
        ///
        /// @param voter one of the electorate, who has neither voted nor withdrawn
        public Open cast(StorageName voter, Vote vote) {
            if (!electorate.weights().containsKey(voter) || votes.containsKey(voter) || withdrawn.contains(voter)) {
                throw new IllegalArgumentException("cannot vote here: " + voter);
            }
            var more = new LinkedHashMap<>(votes);
            more.put(voter, vote);
            return new Open(electorate, more, withdrawn, terms);
        }

        /// A voter takes its vote back, or will not vote.
        public Open withdraw(StorageName voter) {
            return withdraw(Set.of(voter));
        }

        Open withdraw(Set<StorageName> voters) {
            if (withdrawn.containsAll(voters)) {
                return this;
            }
            var fewer = new LinkedHashMap<>(votes);
            fewer.keySet().removeAll(voters);
            var more = new HashSet<>(withdrawn);
            more.addAll(voters);
            return new Open(electorate, fewer, more, terms);
        }

        /// The same votes under other terms.
        public Open on(Terms others) {
            return terms == others ? this : new Open(electorate, votes, withdrawn, others);
        }

        /// The same votes in an electorate without somebody who has not voted.
        Open in(Electorate other) {
            return new Open(other, votes, withdrawn, terms);
        }

        /// Whether enough weight is behind one vote, though the round may still wait for company.
        public boolean hasQuorum() {
            return reached() >= judges().threshold();
        }

        /// Decides, if it can be decided.
        ///
        /// @return this, if not
        public VotingRound judged() {
            var judges = judges();
            var counts = counts();
            int reached = reached();
            int outstanding = 0;
            boolean awaited = false;
            for (var voter : judges.weights().entrySet()) {
                if (!votes.containsKey(voter.getKey()) && !withdrawn.contains(voter.getKey())) {
                    outstanding += voter.getValue();
                    awaited = true;
                }
            }
            if (reached + outstanding < judges.threshold()) {
                return new Failed(reached, judges.threshold());
            }
            for (var leader : counts.entrySet()) {
                boolean enough = leader.getValue() >= judges.threshold();
                if (enough && !(awaited && waitsForCompany(leader.getKey()))) {
                    return new Committed(leader.getKey(), reached, judges.threshold());
                }
            }
            return this;
        }

        private boolean waitsForCompany(Vote vote) {
            return terms == Terms.IN_COMPANY
                    && votes.values().stream().filter(vote::equals).count() == 1;
        }

        private Electorate judges() {
            return terms == Terms.AMONG_THE_REST ? electorate.without(withdrawn) : electorate;
        }

        private int reached() {
            return counts().values().stream().mapToInt(Integer::intValue).max().orElse(0);
        }

        private Map<Vote, Integer> counts() {
            var counts = new LinkedHashMap<Vote, Integer>();
            votes.forEach((voter, vote) -> counts.merge(vote, electorate.weight(voter), Integer::sum));
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
