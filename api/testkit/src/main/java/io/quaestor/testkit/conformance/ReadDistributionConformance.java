package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.reading.ReadDistribution;
import io.quaestor.spi.reading.ReadFeedback;
import io.quaestor.spi.reading.ReadRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules that every [ReadDistribution] keeps, and those of [ReadFeedback] if it implements that too. Extend this
/// class beside your strategy.
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class ReadDistributionConformance {

    private static final List<VirtualStorage> VIRTUAL_STORAGES =
            List.of(new VirtualStorage("default"), new VirtualStorage("other"));
    private static final int READS = 1_000;

    /// A strategy that was not used yet. The storages of the requests are named `gitaly-1` and so on.
    protected abstract ReadDistribution strategy();

    /// Whether idle equals all get some of many reads. A strategy that prefers some of them says `false`; it has to
    /// leave somebody out, then.
    protected boolean spreadsReads() {
        return true;
    }

    @Test
    void theOnlyReplicaIsChosen() {
        for (long seed : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(strategy().choose(request(seed, 2))).hasToString("gitaly-2");
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void onlyWhatIsOfferedIsChosen(long seed) {
        var history = new History(strategy(), seed);

        for (int i = 0; i < READS; i++) {
            history.step();
        }
    }

    @Test
    void idleEqualsAllGetSomeOfManyReads() {
        var strategy = strategy();
        var random = new Random(4);
        var chosen = new HashSet<StorageName>();

        for (int i = 0; i < READS; i++) {
            chosen.add(strategy.choose(request(random.nextLong(), 1, 2, 3)));
        }

        assertThat(chosen.size() == 3).as("all of 3 get some: %s", chosen).isEqualTo(spreadsReads());
    }

    @Test
    void theSameHistoryLeadsToTheSameChoice() {
        var one = new History(strategy(), 5);
        var other = new History(strategy(), 5);

        for (int i = 0; i < READS; i++) {
            assertThat(one.step()).isEqualTo(other.step());
        }
    }

    @Test
    void severalThreadsAreServedAtOnce() throws Exception {
        var strategy = strategy();
        var threads = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 4; i++) {
            var history = new History(strategy, i);
            threads.add(() -> {
                for (int n = 0; n < READS; n++) {
                    history.step();
                }
                return true;
            });
        }

        Concurrently.run(threads);
    }

    @Test
    void callsToNodesThatAreNeverOfferedDoNoHarm() {
        var strategy = strategy();
        var feedback = feedbackOf(strategy);
        var elsewhere = NodeId.of("unheard-of", "gitaly-1");

        feedback.started(elsewhere);
        feedback.ended(elsewhere, 0, true);
        feedback.ended(NodeId.of("default", "gitaly-9"), Long.MAX_VALUE, true); // began before the strategy was made

        assertThat(strategy.choose(request(1, 1))).hasToString("gitaly-1");
    }

    @Test
    void feedbackDoesNotAllocate() {
        var feedback = feedbackOf(strategy());
        var node = NodeId.of("default", "gitaly-1");
        Allocation.of(10_000, () -> call(feedback, node)); // to warm up

        assertThat(Allocation.of(10_000, () -> call(feedback, node)))
                .as("bytes for each call")
                .isLessThan(1);
    }

    private static void call(ReadFeedback feedback, NodeId node) {
        feedback.started(node);
        feedback.ended(node, 1_000_000, false);
    }

    private static ReadFeedback feedbackOf(ReadDistribution strategy) {
        assumeTrue(
                strategy instanceof ReadFeedback, "the strategy does not learn from calls");
        return (ReadFeedback) strategy;
    }

    private static ReadRequest request(long seed, int... nodes) {
        var replicas = new ArrayList<StorageName>();
        for (int node : nodes) {
            replicas.add(new StorageName("gitaly-" + node));
        }
        return new ReadRequest(VIRTUAL_STORAGES.getFirst(), List.copyOf(replicas), seed);
    }

    /// Reads at random, some of them under way at the same time, and the feedback that they cause.
    private static final class History {

        private final ReadDistribution strategy;
        private final Random random;
        private final List<NodeId> underWay = new ArrayList<>();

        History(ReadDistribution strategy, long seed) {
            this.strategy = strategy;
            this.random = new Random(seed);
        }

        StorageName step() {
            ReadRequest request = any();
            StorageName chosen = strategy.choose(request);
            assertThat(request.replicas()).contains(chosen);
            if (strategy instanceof ReadFeedback feedback) {
                var node = new NodeId(request.virtualStorage(), chosen);
                feedback.started(node);
                underWay.add(node);
                while (underWay.size() > 10) {
                    NodeId ended = underWay.remove(random.nextInt(underWay.size()));
                    feedback.ended(ended, random.nextInt(1_000_000_000), random.nextInt(10) == 0);
                }
            }
            return chosen;
        }

        private ReadRequest any() {
            var replicas = new ArrayList<StorageName>();
            for (int node = 1; node <= 5; node++) {
                if (random.nextBoolean()) {
                    replicas.add(new StorageName("gitaly-" + node));
                }
            }
            if (replicas.isEmpty()) {
                replicas.add(new StorageName("gitaly-1"));
            }
            return new ReadRequest(
                    VIRTUAL_STORAGES.get(random.nextInt(2)), List.copyOf(replicas), random.nextLong());
        }
    }
}
