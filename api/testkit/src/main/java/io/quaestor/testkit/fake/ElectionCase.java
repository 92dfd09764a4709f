package io.quaestor.testkit.fake;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.election.Candidate;
import io.quaestor.spi.election.ElectionRequest;
import io.quaestor.spi.election.ElectionScope;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.StorageName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;

/// Builds the question of an election, so that it reads as one line.
///
/// ```java
/// ElectionCase.atGeneration(7).current("gitaly-1").with("gitaly-1", 7, UNHEALTHY).with("gitaly-2", 6).request()
/// ```
@API(status = EXPERIMENTAL, since = "0.1")
public final class ElectionCase {

    private final Generation generation;
    private final List<Candidate> candidates = new ArrayList<>();
    private Optional<StorageName> current = Optional.empty();
    private ElectionScope scope = new ElectionScope.OfRepository(new RepositoryId(1));
    private long seed;

    /// What is wrong with a candidate. Without any, it is assigned, healthy and there to stay.
    public enum Flaw {
        UNASSIGNED,
        UNHEALTHY,
        LEAVING
    }

    private ElectionCase(Generation generation) {
        this.generation = generation;
    }

    /// @param generation of the repository itself
    public static ElectionCase atGeneration(long generation) {
        return new ElectionCase(new Generation(generation));
    }

    /// Names the primary so far.
    public ElectionCase current(String storage) {
        current = Optional.of(new StorageName(storage));
        return this;
    }

    /// Adds a candidate.
    ///
    /// @param has its generation; -1 if it has no replica
    public ElectionCase with(String storage, long has, Flaw... flaws) {
        var all = Set.of(flaws);
        candidates.add(new Candidate(
                new StorageName(storage),
                new Generation(has),
                !all.contains(Flaw.UNASSIGNED),
                !all.contains(Flaw.UNHEALTHY),
                all.contains(Flaw.LEAVING)));
        return this;
    }

    /// Elects for something else than repository 1.
    public ElectionCase scope(ElectionScope other) {
        scope = other;
        return this;
    }

    /// Gives another seed than 0.
    public ElectionCase seed(long other) {
        seed = other;
        return this;
    }

    public ElectionRequest request() {
        return new ElectionRequest(scope, generation, current, candidates, seed, ManualClock.START);
    }
}
