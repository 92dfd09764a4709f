package io.quaestor.testkit.conformance;

import static io.quaestor.testkit.fake.ElectionCase.Flaw.LEAVING;
import static io.quaestor.testkit.fake.ElectionCase.Flaw.UNASSIGNED;
import static io.quaestor.testkit.fake.ElectionCase.Flaw.UNHEALTHY;
import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.election.Candidate;
import io.quaestor.spi.election.ElectionDecision;
import io.quaestor.spi.election.ElectionDecision.Elected;
import io.quaestor.spi.election.ElectionDecision.Vacant;
import io.quaestor.spi.election.ElectionRequest;
import io.quaestor.spi.election.ElectionScope;
import io.quaestor.spi.election.ElectionStrategy;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.testkit.fake.ElectionCase;
import io.quaestor.testkit.fake.ElectionCase.Flaw;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules that every [ElectionStrategy] keeps. Extend this class beside your strategy.
///
/// *Eligible* are the replicas that are up to date, healthy and not about to be deleted; if one of them is assigned,
/// only the assigned ones (RT 8.1).
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class ElectionStrategyConformance {

    private static final int REQUESTS = 1_000;

    /// A strategy that was not used yet. The storages of the requests are named `gitaly-1` and so on.
    protected abstract ElectionStrategy strategy();

    /// Whether the strategy elects somebody whenever somebody is eligible. One that only wants certain storages says
    /// `false`; it has to leave the office vacant sometimes, then.
    protected boolean electsWheneverSomebodyIsEligible() {
        return true;
    }

    @Test
    void anOlderReplicaIsNotPromoted() {
        isVacant(ElectionCase.atGeneration(7)
                .current("gitaly-1")
                .with("gitaly-1", 7, UNHEALTHY)
                .with("gitaly-2", 6)
                .with("gitaly-3", -1));
    }

    @Test
    void theBestReplicaIsNotPromotedIfTheRepositoryIsAheadOfIt() {
        isVacant(ElectionCase.atGeneration(8).with("gitaly-1", 7).with("gitaly-2", 7));
    }

    @Test
    void aNodeThatIsNotReachedIsNotElected() {
        isVacant(ElectionCase.atGeneration(0).with("gitaly-1", 0, UNHEALTHY).with("gitaly-2", 0, UNHEALTHY));
    }

    @Test
    void aReplicaThatIsToBeDeletedIsNotElected() {
        isVacant(ElectionCase.atGeneration(0).current("gitaly-1").with("gitaly-1", 0, LEAVING));
    }

    @Test
    void withoutReplicasNobodyIsElected() {
        isVacant(ElectionCase.atGeneration(0));
        isVacant(ElectionCase.atGeneration(-1).with("gitaly-1", -1)); // nothing recorded is not up to date
    }

    @Test
    void anEligiblePrimaryIsKept() {
        var request = ElectionCase.atGeneration(7)
                .current("gitaly-2")
                .with("gitaly-1", 7)
                .with("gitaly-2", 7)
                .with("gitaly-3", 7);

        for (long seed = 0; seed < 20; seed++) {
            assertThat(elect(request.seed(seed))).isEqualTo("gitaly-2");
        }
    }

    @Test
    void anUnassignedReplicaIsOnlyTheLastResort() {
        var request = ElectionCase.atGeneration(7)
                .current("gitaly-3")
                .with("gitaly-1", 7)
                .with("gitaly-2", 6)
                .with("gitaly-3", 7, UNASSIGNED);

        for (long seed = 0; seed < 20; seed++) {
            assertThat(elect(request.seed(seed))).isNotEqualTo("gitaly-3");
        }
    }

    private void isVacant(ElectionCase about) {
        assertThat(elect(about)).isEqualTo("nobody");
    }

    private String elect(ElectionCase about) {
        return switch (strategy().elect(about.request())) {
            case Elected elected -> elected.primary().value();
            case Vacant _ -> "nobody";
        };
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void onlyEligibleReplicasAreElectedAndAnEligiblePrimaryIsKept(long seed) {
        var random = new Random(seed);
        var strategy = strategy();
        int needlesslyVacant = 0;
        for (int i = 0; i < REQUESTS; i++) {
            ElectionRequest request = any(random);
            List<StorageName> eligible = eligible(request);

            ElectionDecision decision = strategy.elect(request);

            assertThat(decision.reason()).as("%s", request).isNotBlank().doesNotEndWith(".");
            switch (decision) {
                case Elected elected -> {
                    assertThat(eligible).as("%s", request).contains(elected.primary());
                    request.current().filter(eligible::contains).ifPresent(kept -> assertThat(elected.primary())
                            .as("%s", request)
                            .isEqualTo(kept));
                }
                case Vacant _ -> {
                    assertThat(request.current().filter(eligible::contains)).as("%s", request).isEmpty();
                    needlesslyVacant += eligible.isEmpty() ? 0 : 1;
                }
            }
        }
        assertThat(needlesslyVacant == 0)
                .as("elects whenever somebody is eligible (not so %d times)", needlesslyVacant)
                .isEqualTo(electsWheneverSomebodyIsEligible());
    }

    @Test
    void theSameQuestionHasTheSameAnswer() {
        var random = new Random(4);
        for (int i = 0; i < REQUESTS; i++) {
            ElectionRequest request = any(random);

            assertThat(strategy().elect(request)).isEqualTo(strategy().elect(request));
        }
    }

    @Test
    void severalThreadsGetTheAnswersThatOneGets() throws Exception {
        var strategy = strategy();
        var random = new Random(5);
        var requests = new ArrayList<ElectionRequest>();
        for (int i = 0; i < REQUESTS; i++) {
            requests.add(any(random));
        }

        var answers = Concurrently.run(
                () -> requests.stream().map(strategy::elect).toList(),
                () -> requests.stream().map(strategy::elect).toList());

        assertThat(answers.get(0)).isEqualTo(answers.get(1));
    }

    private static List<StorageName> eligible(ElectionRequest request) {
        var eligible = new ArrayList<StorageName>();
        var assigned = new ArrayList<StorageName>();
        for (Candidate candidate : request.replicas()) {
            boolean upToDate = candidate.generation().isRecorded()
                    && candidate.generation().equals(request.generation());
            if (upToDate && candidate.healthy() && !candidate.leaving()) {
                (candidate.assigned() ? assigned : eligible).add(candidate.storage());
            }
        }
        return assigned.isEmpty() ? eligible : assigned;
    }

    private static ElectionRequest any(Random random) {
        long generation = random.nextInt(3);
        var about = ElectionCase.atGeneration(generation).seed(random.nextLong());
        int nodes = random.nextInt(5);
        if (random.nextInt(4) > 0) {
            about.current("gitaly-" + (1 + random.nextInt(nodes + 1))); // perhaps one that is gone
        }
        if (random.nextInt(4) == 0) {
            about.scope(new ElectionScope.OfVirtualStorage(new VirtualStorage("default")));
        } else {
            about.scope(new ElectionScope.OfRepository(new RepositoryId(1 + random.nextInt(1_000))));
        }
        for (int node = 1; node <= nodes; node++) {
            var flaws = new ArrayList<Flaw>();
            for (Flaw flaw : Flaw.values()) {
                if (random.nextInt(4) == 0) {
                    flaws.add(flaw);
                }
            }
            long has = random.nextBoolean() ? generation : random.nextInt(4) - 1;
            about.with("gitaly-" + node, has, flaws.toArray(Flaw[]::new));
        }
        return about.request();
    }
}
