package io.quaestor.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nodes that cast other votes do not vote together (D19 7.3).
class VoteFamiliesTest {

    private static final VirtualStorage STORAGE = new VirtualStorage("default");

    @ParameterizedTest(name = "{0} and {1}: alike {2}, PREPARING apart {3}")
    @CsvSource({
        "19.1.0,     19.1.2,     true,  false",
        "19.0.4,     19.1.0-pre, true,  true",
        "16.8.0,     19.1.0,     false, true",
        "18.11.1,    19.0.0,     false, false", // creations are hashed otherwise
        "16.8.0,     16.8.3-ee,  true,  false",
        "19.1.0,     '',         true,  false", // not asked yet
        "v20.1,      20.1.0,     true,  false",
    })
    void onlyReleasesThatVoteTheSameTakePartTogether(String primary, String secondary, boolean alike, boolean apart) {
        var view = view(Map.of("a", primary, "b", secondary));

        assertThat(VoteFamilies.areAlike(view, STORAGE, new StorageName("a"), new StorageName("b")))
                .isEqualTo(alike);
        assertThat(VoteFamilies.disagreeOnPreparing(
                        view, STORAGE, new StorageName("a"), List.of(new StorageName("b"))))
                .isEqualTo(apart);
    }

    @Test
    void aSecondaryOfAnotherFamilyLagsBehind() {
        var view = view(Map.of("a", "19.1.0", "b", "19.1.0", "c", "16.8.0"));

        for (long seed = 0; seed < 20; seed++) {
            var route = (Route.Create) CreationRouter.create(view, STORAGE, seed);
            boolean oldPrimary = route.primary().value().equals("c");
            assertThat(route.secondaries()).as("seed %s", seed).hasSize(oldPrimary ? 0 : 1);
            assertThat(route.lagging()).as("seed %s", seed).hasSize(oldPrimary ? 2 : 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "unknown", "19", "x.y.z", "99999999999.1"})
    void whatMeansNothingIsNoRelease(String version) {
        assertThat(Release.parse(version)).isEmpty();
    }

    private static ClusterView view(Map<String, String> versions) {
        var storages = versions.keySet().stream().sorted().map(StorageName::new).toList();
        var releases = new HashMap<NodeId, Release>();
        versions.forEach((name, version) -> Release.parse(version)
                .ifPresent(r -> releases.put(new NodeId(STORAGE, new StorageName(name)), r)));
        var healthy = storages.stream().map(s -> new NodeId(STORAGE, s)).toList();
        return new ClusterView(
                Map.of(STORAGE, new ClusterView.Group(storages, 0)), Set.copyOf(healthy), releases);
    }
}
