package io.quaestor.plugin.election.perrepository;

import static io.quaestor.testkit.fake.ElectionCase.Flaw.LEAVING;
import static io.quaestor.testkit.fake.ElectionCase.Flaw.UNASSIGNED;
import static io.quaestor.testkit.fake.ElectionCase.Flaw.UNHEALTHY;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.election.ElectionDecision;
import io.quaestor.spi.election.ElectionDecision.Elected;
import io.quaestor.spi.election.ElectionDecision.Vacant;
import io.quaestor.spi.election.ElectionStrategy;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.conformance.ElectionStrategyConformance;
import io.quaestor.testkit.fake.ElectionCase;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PerRepositoryElectionTest extends ElectionStrategyConformance {

    @Override
    protected ElectionStrategy strategy() {
        return new PerRepositoryElection();
    }

    @Test
    void anUnassignedReplicaIsElectedIfNobodyElseCanBe() {
        var decision = elect(ElectionCase.atGeneration(7)
                .current("gitaly-1")
                .with("gitaly-1", 7, UNHEALTHY)
                .with("gitaly-2", 6)
                .with("gitaly-3", 7, UNASSIGNED));

        assertThat(decision).isEqualTo(new Elected(new StorageName("gitaly-3"), "one of 1 that are eligible"));
    }

    @Test
    void anUnassignedPrimaryIsReplacedWhenAnAssignedReplicaIsEligibleAgain() {
        var decision = elect(ElectionCase.atGeneration(7)
                .current("gitaly-3")
                .with("gitaly-1", 7)
                .with("gitaly-3", 7, UNASSIGNED));

        assertThat(decision).isEqualTo(new Elected(new StorageName("gitaly-1"), "one of 1 that are eligible"));
    }

    @Test
    void primariesAreSpreadEvenly() {
        var random = new Random(1);
        var primaries = new TreeMap<StorageName, Integer>();
        var question = ElectionCase.atGeneration(0)
                .with("gitaly-1", 0)
                .with("gitaly-2", 0)
                .with("gitaly-3", 0);

        for (int i = 0; i < 3_000; i++) {
            var elected = (Elected) elect(question.seed(random.nextLong()));
            primaries.merge(elected.primary(), 1, Integer::sum);
        }

        assertThat(primaries).hasSize(3);
        assertThat(primaries.values()).allMatch(count -> count > 900 && count < 1_100);
    }

    @Test
    void theReasonSaysWhatToMend() {
        assertThat(elect(ElectionCase.atGeneration(7).with("gitaly-1", 6)))
                .isEqualTo(new Vacant("no replica has generation 7"));
        assertThat(elect(ElectionCase.atGeneration(7).with("gitaly-1", 7, UNHEALTHY).with("gitaly-2", 7, LEAVING)))
                .isEqualTo(new Vacant("not reached, but up to date: [gitaly-1]"));
        assertThat(elect(ElectionCase.atGeneration(7).with("gitaly-1", 7, LEAVING)))
                .isEqualTo(new Vacant("every replica that is up to date is about to be deleted"));
    }

    private static ElectionDecision elect(ElectionCase question) {
        return new PerRepositoryElection().elect(question.request());
    }
}
