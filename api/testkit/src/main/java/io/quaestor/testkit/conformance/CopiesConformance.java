package io.quaestor.testkit.conformance;

import static io.quaestor.spi.datastore.CopyResult.CHANGED;
import static io.quaestor.spi.datastore.CopyResult.RECORDED;
import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/// The rules of [io.quaestor.spi.datastore.Repositories#recordCopy].
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class CopiesConformance extends StoreConformance {

    private static final RepositoryKey KEY = key("a.git");

    @Test
    void aCopyBringsAReplicaWhereNoneWas() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 2L), Set.of());

        assertThat(copy(id, G2, -1, 2)).isEqualTo(RECORDED);
        assertThat(generations(id)).isEqualTo(Map.of(G1, 2L, G2, 2L));
    }

    @Test
    void aCopyRaisesAReplica() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 2L, G2, 0L), Set.of());

        assertThat(copy(id, G2, 0, 1)).isEqualTo(RECORDED);
        assertThat(generations(id)).isEqualTo(Map.of(G1, 2L, G2, 1L));
        assertThat(placement(id).generation()).isEqualTo(new Generation(2));
    }

    @Test
    void aCopyDoesNotCountIfTheReplicaChangedSinceItBegan() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 2L, G2, 1L), Set.of());

        assertThat(copy(id, G2, 0, 2)).isEqualTo(CHANGED);
        assertThat(copy(id, G2, -1, 2)).isEqualTo(CHANGED);
        assertThat(copy(id, G3, 0, 2)).isEqualTo(CHANGED);
        assertThat(generations(id)).isEqualTo(Map.of(G1, 2L, G2, 1L));
    }

    @Test
    void aCopyNeverLowersAReplica() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 2L, G2, 2L), Set.of());

        copy(id, G2, 2, 1);

        assertThat(generations(id)).isEqualTo(Map.of(G1, 2L, G2, 2L));
    }

    @Test
    void aCopyRaisesARepositoryThatIsLower() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 1L, G2, 0L), Set.of());

        assertThat(copy(id, G2, 0, 3)).isEqualTo(RECORDED);
        assertThat(placement(id).generation()).isEqualTo(new Generation(3));
        assertThat(placement(id).upToDate()).containsExactly(G2);
    }

    @Test
    void aCopyOfARepositoryThatIsGoneLeavesNothingBehind() throws Exception {
        RepositoryId id = create(KEY, G1);
        datastore.repositories().remove(KEY);

        assertThat(copy(id, G2, -1, 0)).isEqualTo(CHANGED);
        assertThat(datastore.placements().find(id)).isEmpty();
    }

    @Test
    void aWriteThatMissesAReplicaWhileItIsRepairedLeavesItOutdated() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 1L, G2, 0L), Set.of());

        record(update(id, KEY, Set.of(G1), G2)); // after the copy of generation 1 began
        assertThat(copy(id, G2, 0, 1)).isEqualTo(RECORDED);

        assertThat(placement(id).upToDate()).containsExactly(G1);
        assertThat(take(G2)).hasSize(1);
    }
}
