package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.NodeId;
import java.time.Duration;
import java.util.Map;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rules of [io.quaestor.spi.datastore.NodeHealth], that is of the vote of the proxies (RT 7.2).
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class NodeHealthConformance extends StoreConformance {

    private static final NodeId NODE = node(G1);

    @Test
    void nobodyIsHealthyBeforeTheFirstReport() throws Exception {
        assertThat(datastore.nodeHealth().healthy()).isEmpty();
    }

    @Test
    void aNodeThatIsReachedIsHealthyAndAnotherIsNot() throws Exception {
        datastore.nodeHealth().report("p1", Map.of(node(G1), true, node(G2), false));

        assertThat(another().nodeHealth().healthy()).containsExactly(NODE);
    }

    @Test
    void aStorageOfTheSameNameElsewhereIsAnotherNode() throws Exception {
        datastore.nodeHealth().report("p1", Map.of(NODE, true, new NodeId(OTHER, G1), false));

        assertThat(datastore.nodeHealth().healthy()).containsExactly(NODE);
    }

    @ParameterizedTest(name = "{1} of {0} proxies → {2}")
    @CsvSource({"1,1,true", "2,1,true", "3,1,false", "3,2,true", "4,1,false", "4,2,true", "5,2,false", "5,3,true"})
    void halfOfTheProxiesIsEnough(int proxies, int reaching, boolean healthy) throws Exception {
        for (int i = 0; i < proxies; i++) {
            datastore.nodeHealth().report("p" + i, Map.of(NODE, i < reaching));
        }

        assertThat(datastore.nodeHealth().healthy().contains(NODE)).isEqualTo(healthy);
    }

    @Test
    void aProxyThatOnlyKnowsOtherVirtualStoragesHasNoVote() throws Exception {
        datastore.nodeHealth().report("p1", Map.of(NODE, true));
        datastore.nodeHealth().report("p2", Map.of(new NodeId(OTHER, G1), false));
        datastore.nodeHealth().report("p3", Map.of(new NodeId(OTHER, G1), false));

        assertThat(datastore.nodeHealth().healthy()).containsExactly(NODE);
    }

    @Test
    void aNodeStaysHealthyForTenSecondsAfterItWasReached() throws Exception {
        datastore.nodeHealth().report("p1", Map.of(NODE, true));
        letTimePass(Duration.ofSeconds(5));
        datastore.nodeHealth().report("p1", Map.of(NODE, false));
        assertThat(datastore.nodeHealth().healthy()).containsExactly(NODE);

        letTimePass(Duration.ofSeconds(6));

        assertThat(datastore.nodeHealth().healthy()).isEmpty();
    }

    @Test
    void aProxyThatIsSilentForAMinuteHasNoVote() throws Exception {
        datastore.nodeHealth().report("gone-1", Map.of(NODE, false));
        datastore.nodeHealth().report("gone-2", Map.of(NODE, false));
        letTimePass(Duration.ofSeconds(61));

        datastore.nodeHealth().report("p1", Map.of(NODE, true));

        assertThat(datastore.nodeHealth().healthy()).containsExactly(NODE);
    }

    @Test
    void aNodeThatComesBackIsHealthyAtOnce() throws Exception {
        datastore.nodeHealth().report("p1", Map.of(NODE, true));
        letTimePass(Duration.ofSeconds(30));
        assertThat(datastore.nodeHealth().healthy()).isEmpty();

        datastore.nodeHealth().report("p1", Map.of(NODE, true));

        assertThat(datastore.nodeHealth().healthy()).containsExactly(NODE);
    }
}
