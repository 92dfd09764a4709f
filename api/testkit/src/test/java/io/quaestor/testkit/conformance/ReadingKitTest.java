package io.quaestor.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.reading.ReadDistribution;
import io.quaestor.spi.reading.ReadFeedback;
import io.quaestor.spi.reading.ReadRequest;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/// The kit of reads has teeth.
class ReadingKitTest {

    @Test
    void aStrategyThatPrefersSomebodyIsFoundUnlessItSaysSo() {
        assertThat(Failures.of(PrefersTheFirst.class)).containsExactly("idleEqualsAllGetSomeOfManyReads");
        assertThat(Failures.of(SaysItPrefersTheFirst.class)).isEmpty();
    }

    @Test
    void aStrategyThatAnswersWhatWasNotOfferedIsFound() {
        assertThat(Failures.of(Sticks.class)).contains("onlyWhatIsOfferedIsChosen");
    }

    @Test
    void aStrategyThatFailsForSomeSeedsIsFound() {
        assertThat(Failures.of(ForgetsNegativeSeeds.class)).contains("onlyWhatIsOfferedIsChosen");
    }

    @Test
    void aStrategyWithAChanceOfItsOwnIsFound() {
        assertThat(Failures.of(RollsDice.class)).containsExactly("theSameHistoryLeadsToTheSameChoice");
    }

    @Test
    void feedbackThatAllocatesIsFound() {
        assertThat(Failures.of(Boxes.class)).containsExactly("feedbackDoesNotAllocate");
    }

    @Test
    void feedbackThatTrustsEveryNodeToBeKnownIsFound() {
        assertThat(Failures.of(TrustsNodes.class)).contains("callsToNodesThatAreNeverOfferedDoNoHarm");
    }

    static class PrefersTheFirst extends ReadDistributionConformance {
        @Override
        protected ReadDistribution strategy() {
            return request -> request.replicas().getFirst();
        }
    }

    static class SaysItPrefersTheFirst extends PrefersTheFirst {
        @Override
        protected boolean spreadsReads() {
            return false;
        }
    }

    static class Sticks extends ReadDistributionConformance {
        @Override
        protected ReadDistribution strategy() {
            var last = new ConcurrentHashMap<String, StorageName>();
            return request ->
                    last.computeIfAbsent("last", _ -> request.replicas().getFirst());
        }
    }

    static class ForgetsNegativeSeeds extends ReadDistributionConformance {
        @Override
        protected ReadDistribution strategy() {
            return request -> request.replicas()
                    .get((int) (request.seed() % request.replicas().size()));
        }
    }

    static class RollsDice extends ReadDistributionConformance {
        private static final Random DICE = new Random(1);

        @Override
        protected ReadDistribution strategy() {
            return request ->
                    request.replicas().get(DICE.nextInt(request.replicas().size()));
        }
    }

    private static class Learning implements ReadDistribution, ReadFeedback {

        final Map<NodeId, Integer> counts = new ConcurrentHashMap<>();

        @Override
        public StorageName choose(ReadRequest request) {
            return request.replicas()
                    .get(Math.floorMod(request.seed(), request.replicas().size()));
        }

        @Override
        public void started(NodeId node) {
            counts.merge(node, 1_000, Integer::sum);
        }

        @Override
        public void ended(NodeId node, long nanos, boolean failed) {
            counts.merge(node, -1_001, Integer::sum);
        }
    }

    static class Boxes extends ReadDistributionConformance {
        @Override
        protected ReadDistribution strategy() {
            return new Learning();
        }
    }

    static class TrustsNodes extends ReadDistributionConformance {
        @Override
        protected ReadDistribution strategy() {
            return new Learning() {
                @Override
                public void ended(NodeId node, long nanos, boolean failed) {
                    counts.put(node, counts.get(node) - 1_000);
                }
            };
        }
    }
}
