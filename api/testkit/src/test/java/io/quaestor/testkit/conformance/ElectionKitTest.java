package io.quaestor.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.election.Candidate;
import io.quaestor.spi.election.ElectionDecision;
import io.quaestor.spi.election.ElectionDecision.Elected;
import io.quaestor.spi.election.ElectionDecision.Vacant;
import io.quaestor.spi.election.ElectionRequest;
import io.quaestor.spi.election.ElectionStrategy;
import io.quaestor.spi.model.StorageName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The kit of elections has teeth.
class ElectionKitTest {

    private static final String AT_RANDOM = "onlyEligibleReplicasAreElectedAndAnEligiblePrimaryIsKept";

    @Test
    void aSoundStrategyPasses() {
        assertThat(Failures.of(Sound.class)).isEmpty();
    }

    @Test
    void aStrategyThatForgetsThePrimaryIsFound() {
        assertThat(Failures.of(ForgetsThePrimary.class)).contains("anEligiblePrimaryIsKept", AT_RANDOM);
    }

    @Test
    void aStrategyThatIgnoresGenerationsIsFound() {
        assertThat(Failures.of(IgnoresGenerations.class))
                .contains("anOlderReplicaIsNotPromoted", "theBestReplicaIsNotPromotedIfTheRepositoryIsAheadOfIt");
    }

    @Test
    void aStrategyThatIgnoresAssignmentsIsFound() {
        assertThat(Failures.of(IgnoresAssignments.class)).contains("anUnassignedReplicaIsOnlyTheLastResort");
    }

    @Test
    void aStrategyWithAChanceOfItsOwnIsFound() {
        assertThat(Failures.of(RollsDice.class)).contains("theSameQuestionHasTheSameAnswer");
    }

    @Test
    void aStrategyThatIsIdleWithoutSayingSoIsFound() {
        assertThat(Failures.of(Idle.class)).containsExactly("anEligiblePrimaryIsKept", AT_RANDOM);
    }

    @Test
    void aStrategyThatSaysItIsIdleAndIsNotIsFound() {
        assertThat(Failures.of(SaysItIsIdle.class)).containsExactly(AT_RANDOM);
    }

    /// Right in all things, or wrong in one.
    private static class Strategy implements ElectionStrategy {

        boolean keeps(ElectionRequest request, List<StorageName> eligible) {
            return request.current().filter(eligible::contains).isPresent();
        }

        boolean isUpToDate(Candidate candidate, ElectionRequest request) {
            return candidate.generation().isRecorded()
                    && candidate.generation().equals(request.generation());
        }

        boolean isAssigned(Candidate candidate) {
            return candidate.assigned();
        }

        int choose(ElectionRequest request, int count) {
            return Math.floorMod(request.seed(), count);
        }

        @Override
        public ElectionDecision elect(ElectionRequest request) {
            var eligible = new ArrayList<StorageName>();
            var unassigned = new ArrayList<StorageName>();
            for (Candidate candidate : request.replicas()) {
                if (isUpToDate(candidate, request) && candidate.healthy() && !candidate.leaving()) {
                    (isAssigned(candidate) ? eligible : unassigned).add(candidate.storage());
                }
            }
            var choice = eligible.isEmpty() ? unassigned : eligible;
            if (choice.isEmpty()) {
                return new Vacant("nobody is eligible");
            }
            return keeps(request, choice)
                    ? new Elected(request.current().orElseThrow(), "is still eligible")
                    : new Elected(choice.get(choose(request, choice.size())), "is eligible");
        }
    }

    static class Sound extends ElectionStrategyConformance {
        @Override
        protected ElectionStrategy strategy() {
            return new Strategy();
        }
    }

    static class ForgetsThePrimary extends ElectionStrategyConformance {
        @Override
        protected ElectionStrategy strategy() {
            return new Strategy() {
                @Override
                boolean keeps(ElectionRequest request, List<StorageName> eligible) {
                    return false;
                }
            };
        }
    }

    static class IgnoresGenerations extends ElectionStrategyConformance {
        @Override
        protected ElectionStrategy strategy() {
            return new Strategy() {
                @Override
                boolean isUpToDate(Candidate candidate, ElectionRequest request) {
                    return true;
                }
            };
        }
    }

    static class IgnoresAssignments extends ElectionStrategyConformance {
        @Override
        protected ElectionStrategy strategy() {
            return new Strategy() {
                @Override
                boolean isAssigned(Candidate candidate) {
                    return true;
                }
            };
        }
    }

    static class RollsDice extends ElectionStrategyConformance {
        private static final Random DICE = new Random(1);

        @Override
        protected ElectionStrategy strategy() {
            return new Strategy() {
                @Override
                int choose(ElectionRequest request, int count) {
                    return DICE.nextInt(count);
                }
            };
        }
    }

    static class Idle extends ElectionStrategyConformance {
        @Override
        protected ElectionStrategy strategy() {
            return _ -> new Vacant("never elects");
        }
    }

    static class SaysItIsIdle extends Sound {
        @Override
        protected boolean electsWheneverSomebodyIsEligible() {
            return false;
        }
    }
}
