package io.quaestor.plugin.reading.leastconn;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.reading.ReadDistribution;
import io.quaestor.spi.reading.ReadRequest;
import io.quaestor.testkit.conformance.ReadDistributionConformance;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeastConnectionsTest extends ReadDistributionConformance {

    private static final VirtualStorage DEFAULT = new VirtualStorage("default");
    private static final List<StorageName> REPLICAS =
            List.of(new StorageName("gitaly-1"), new StorageName("gitaly-2"), new StorageName("gitaly-3"));

    private final LeastConnections strategy = new LeastConnections();

    @Override
    protected ReadDistribution strategy() {
        return new LeastConnections();
    }

    /// The calls under way to each of the three nodes, and who is chosen among.
    @ParameterizedTest(name = "{0} {1} {2} → {3}")
    @CsvSource({
        "0, 0, 0, '1 2 3'",
        "1, 0, 0, '2 3'",
        "1, 0, 1, '2'",
        "5, 4, 3, '3'",
        "2, 2, 2, '1 2 3'",
        "2, 3, 2, '1 3'",
    })
    void readsGoWhereTheFewestCallsAreUnderWayAndEvenlyAmongEquals(int first, int second, int third, String nodes) {
        start("default", 1, first);
        start("default", 2, second);
        start("default", 3, third);

        TreeMap<StorageName, Integer> chosen = chooseOften(3_000);

        String[] expected = nodes.split(" ");
        assertThat(chosen.keySet()).extracting(s -> s.value().substring(7)).containsExactly(expected);
        assertThat(chosen.values()).allSatisfy(count -> assertThat(count)
                .isBetween(2_700 / expected.length, 3_300 / expected.length));
    }

    @Test
    void aCallThatEndedNoLongerCounts() {
        start("default", 1, 1);
        start("default", 2, 2);
        start("default", 3, 2);
        strategy.ended(NodeId.of("default", "gitaly-3"), 1, true);
        strategy.ended(NodeId.of("default", "gitaly-3"), 1, false);

        assertThat(chooseOften(10)).containsOnlyKeys(REPLICAS.get(2));
    }

    @Test
    void callsElsewhereDoNotCount() {
        start("other", 1, 5);
        start("default", 2, 1);
        start("default", 3, 1);

        assertThat(chooseOften(10)).containsOnlyKeys(REPLICAS.get(0));
    }

    @Test
    void aCallThatBeganBeforeTheStrategyWasMadeDoesNotCountWhenItEnds() {
        start("default", 1, 1);
        strategy.ended(NodeId.of("default", "gitaly-1"), 1, false);
        strategy.ended(NodeId.of("default", "gitaly-1"), 1, false);
        strategy.ended(NodeId.of("default", "gitaly-2"), 1, false);

        assertThat(chooseOften(100)).containsOnlyKeys(REPLICAS);
    }

    private void start(String virtualStorage, int node, int calls) {
        for (int i = 0; i < calls; i++) {
            strategy.started(NodeId.of(virtualStorage, "gitaly-" + node));
        }
    }

    private TreeMap<StorageName, Integer> chooseOften(int times) {
        var random = new Random(1);
        var chosen = new TreeMap<StorageName, Integer>();
        for (int i = 0; i < times; i++) {
            var request = new ReadRequest(DEFAULT, REPLICAS, random.nextLong());
            chosen.merge(strategy.choose(request), 1, Integer::sum);
        }
        return chosen;
    }
}
