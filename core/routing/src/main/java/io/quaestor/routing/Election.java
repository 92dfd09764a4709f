package io.quaestor.routing;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.election.Candidate;
import io.quaestor.spi.election.ElectionDecision;
import io.quaestor.spi.election.ElectionRequest;
import io.quaestor.spi.election.ElectionScope;
import io.quaestor.spi.election.ElectionStrategy;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.StorageName;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// One election: what the strategy is asked, and whether its answer may be believed.
///
/// A replica is *eligible* if it is up to date, on a node that is reached, not about to be deleted, and assigned; where no
/// assigned one is eligible, an unassigned one is (DS 1.6). Only an eligible replica becomes primary (P6).
public final class Election {

    private Election() {}

    /// What the strategy is asked.
    ///
    /// The present primary counts as reached as long as most proxies reach it, so that one proxy's trouble does not move
    /// it; anybody else must be reached by this proxy too, since the write that waits goes there next. Of a suspect
    /// repository nobody knows what the others have.
    public static ElectionRequest request(ClusterView view, Placement placement, long seed, Instant now) {
        var virtualStorage = placement.key().virtualStorage();
        var candidates = placement.replicas().stream()
                .filter(r -> r.configured() && (r.assigned() || r.generation().isRecorded()))
                .sorted(Comparator.comparing(r -> !r.assigned()))
                .map(r -> {
                    boolean isPrimary = placement.primary().equals(Optional.of(r.storage()));
                    boolean reached = isPrimary || view.reaches(virtualStorage, r.storage());
                    boolean known = placement.suspect().isEmpty() || isPrimary;
                    return new Candidate(
                            r.storage(), known ? r.generation() : Generation.NONE, r.assigned(), r.healthy() && reached, r.leaving());
                })
                .toList();
        return new ElectionRequest(
                new ElectionScope.OfRepository(placement.id()),
                placement.generation(),
                placement.primary(),
                candidates,
                seed,
                now);
    }

    /// The eligible replicas of a request, in its order.
    public static List<StorageName> eligible(ElectionRequest request) {
        var able = request.replicas().stream()
                .filter(c -> c.healthy() && !c.leaving())
                .filter(c -> c.generation().isRecorded() && c.generation().equals(request.generation()))
                .toList();
        var assigned = able.stream().filter(Candidate::assigned).toList();
        return (assigned.isEmpty() ? able : assigned).stream().map(Candidate::storage).toList();
    }

    /// Asks a strategy and checks its answer. An exception, no answer, a replica that is not eligible, or another one
    /// where the present primary is eligible, counts as vacant: the stored primary stays.
    public static ElectionDecision hold(ElectionStrategy strategy, ElectionRequest request) {
        ElectionDecision decision;
        try {
            decision = strategy.elect(request);
        } catch (RuntimeException | LinkageError e) { // a plug-in that lacks a class throws the latter
            return new ElectionDecision.Vacant("election strategy failed: " + e);
        }
        return switch (decision) {
            case null -> new ElectionDecision.Vacant("election strategy gave no answer");
            case ElectionDecision.Elected elected -> check(elected, request);
            case ElectionDecision.Vacant vacant -> vacant;
        };
    }

    private static ElectionDecision check(ElectionDecision.Elected elected, ElectionRequest request) {
        var chosen = elected.primary();
        var eligible = eligible(request);
        if (!eligible.contains(chosen)) {
            return new ElectionDecision.Vacant("election strategy chose " + chosen + ", which is not eligible");
        }
        var kept = request.current().filter(current -> eligible.contains(current) && !current.equals(chosen));
        return kept.isPresent()
                ? new ElectionDecision.Vacant(
                        "election strategy chose " + chosen + " although " + kept.get() + " is still eligible")
                : elected;
    }
}
