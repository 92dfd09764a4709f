package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.datastore.RepositoryNotFoundException;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/// The rules of [io.quaestor.spi.datastore.Primaries].
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class PrimariesConformance extends StoreConformance {

    private static final RepositoryKey KEY = key("a.git");

    @Test
    void thePrimaryIsReplacedIfItIsTheExpectedOne() throws Exception {
        RepositoryId id = create(KEY, G1, G2);

        assertThat(replace(id, G1, G2, 0)).isTrue();
        assertThat(placement(id).primary()).contains(G2);
    }

    @Test
    void thePrimaryIsKeptIfSomebodyElseWasFaster() throws Exception {
        RepositoryId id = create(KEY, G1, G2, G3);
        replace(id, G1, G2, 0);

        assertThat(replace(id, G1, G3, 0)).isFalse();
        assertThat(datastore.primaries().replace(new PrimaryChange(id, Optional.empty(), G3, new Generation(0))))
                .isFalse();
        assertThat(placement(id).primary()).contains(G2);
    }

    @Test
    void thePrimaryIsKeptIfTheRepositoryWasWrittenSinceTheDecision() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        record(update(id, KEY, Set.of(G1), G2));

        assertThat(replace(id, G1, G2, 0)).isFalse();
        assertThat(placement(id).primary()).contains(G1);
    }

    @Test
    void thePrimaryIsKeptIfTheOtherReplicaIsNotUpToDateOrNotThereAnyMore() throws Exception {
        RepositoryId id = create(KEY, G1, G2, G3);
        record(update(id, KEY, Set.of(G1, G3), G2));
        datastore.repositories().removeReplica(id, G3);

        assertThat(replace(id, G1, G2, 1)).isFalse();
        assertThat(replace(id, G1, G3, 1)).isFalse();
        assertThat(placement(id).primary()).contains(G1);
    }

    @Test
    void aWriteKeepsThePrimary() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        replace(id, G1, G2, 0);

        record(update(id, KEY, Set.of(G1)));

        assertThat(placement(id).primary()).contains(G2);
    }

    @Test
    void anUnknownRepositoryHasNoPrimaryToReplace() throws Exception {
        RepositoryId id = create(KEY, G1);
        datastore.repositories().remove(KEY);

        assertThatThrownBy(() -> replace(id, G1, G2, 0)).isInstanceOf(RepositoryNotFoundException.class);
    }

    @Test
    void ofSeveralAtTheSameTimeExactlyOneReplacesThePrimary() throws Exception {
        RepositoryId id = create(KEY, G1, G2, G3);
        var other = another();
        var attempts = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 8; i++) {
            var proxy = i % 2 == 0 ? datastore : other;
            var change = new PrimaryChange(id, Optional.of(G1), i % 3 == 0 ? G2 : G3, new Generation(0));
            attempts.add(() -> proxy.primaries().replace(change));
        }

        assertThat(Concurrently.run(attempts)).containsOnlyOnce(true);
    }

    private boolean replace(RepositoryId id, StorageName expected, StorageName primary, long generation)
            throws InterruptedException {
        return datastore
                .primaries()
                .replace(new PrimaryChange(id, Optional.of(expected), primary, new Generation(generation)));
    }
}
