package io.quaestor.plugin.election.perrepository;

import io.quaestor.spi.election.Candidate;
import io.quaestor.spi.election.ElectionDecision;
import io.quaestor.spi.election.ElectionDecision.Elected;
import io.quaestor.spi.election.ElectionDecision.Vacant;
import io.quaestor.spi.election.ElectionRequest;
import io.quaestor.spi.election.ElectionStrategy;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.plugin.StrategyProvider;
import java.util.List;

/// Elects any replica that is up to date, reached and there to stay, as Praefect's strategy of that name does (RT 8.1).
///
/// Replicas where the repository is not assigned are the last resort. A primary that is eligible stays, and one that
/// was replaced does not take its office back. Primaries are spread evenly by the seed.
@StrategyProvider(id = "per_repository", praefect = "per_repository")
public final class PerRepositoryElection implements ElectionStrategy {

    @Override
    public ElectionDecision elect(ElectionRequest request) {
        List<StorageName> eligible = eligible(request);
        if (eligible.isEmpty()) {
            return new Vacant(whyNobody(request));
        }
        if (request.current().filter(eligible::contains).isPresent()) {
            return new Elected(request.current().get(), "is still eligible");
        }
        int choice = (int) Long.remainderUnsigned(request.seed(), eligible.size());
        return new Elected(eligible.get(choice), "one of " + eligible.size() + " that are eligible");
    }

    private static List<StorageName> eligible(ElectionRequest request) {
        List<Candidate> able = request.replicas().stream()
                .filter(replica -> isUpToDate(replica, request) && replica.healthy() && !replica.leaving())
                .toList();
        boolean anyAssigned = able.stream().anyMatch(Candidate::assigned);
        return able.stream()
                .filter(replica -> replica.assigned() || !anyAssigned)
                .map(Candidate::storage)
                .toList();
    }

    private static boolean isUpToDate(Candidate replica, ElectionRequest request) {
        return replica.generation().isRecorded() && replica.generation().equals(request.generation());
    }

    /// What an operator has to mend, the least first.
    private static String whyNobody(ElectionRequest request) {
        List<Candidate> upToDate = request.replicas().stream()
                .filter(replica -> isUpToDate(replica, request))
                .toList();
        if (upToDate.isEmpty()) {
            return "no replica has generation " + request.generation();
        }
        List<StorageName> away = upToDate.stream()
                .filter(replica -> !replica.healthy())
                .map(Candidate::storage)
                .toList();
        return away.isEmpty()
                ? "every replica that is up to date is about to be deleted"
                : "not reached, but up to date: " + away;
    }
}
