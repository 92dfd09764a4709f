package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.util.Map;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rules of [io.quaestor.spi.datastore.Placements#find].
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class PlacementsConformance extends StoreConformance {

    private static final RepositoryKey KEY = key("a.git");

    @Test
    void anUnknownRepositoryIsNowhere() throws Exception {
        RepositoryId gone = create(KEY, G1);
        datastore.repositories().remove(KEY);

        assertThat(datastore.placements().find(KEY)).isEmpty();
        assertThat(datastore.placements().find(gone)).isEmpty();
        assertThat(datastore.placements().find(new RepositoryId(4711))).isEmpty();
    }

    @Test
    void aRepositoryIsFoundByNameAndByNumber() throws Exception {
        RepositoryId id = create(KEY, G2);

        var found = datastore.placements().find(KEY).orElseThrow();

        assertThat(found.id()).isEqualTo(id);
        assertThat(found.key()).isEqualTo(KEY);
        assertThat(found.path()).isEqualTo(pathOf(id));
        assertThat(datastore.placements().find(id)).contains(found);
        assertThat(datastore.placements().find(new RepositoryKey(OTHER, "a.git")))
                .isEmpty();
    }

    @Test
    void storagesComeInTheOrderOfTheConfiguration() throws Exception {
        var key = new RepositoryKey(OTHER, "a.git");

        RepositoryId id = create(key, OLD, G1, G2, G3);

        assertThat(placement(id).replicas()).extracting(Replica::storage).containsExactly(G3, G2, G1, OLD);
    }

    @Test
    void aNewReplicaWasNeverVerified() throws Exception {
        RepositoryId id = create(KEY, G1);

        assertThat(placement(id).replica(G1).orElseThrow().verifiedAt()).isEmpty();
    }

    /// One line per story: the replicas and their generations, where the repository is assigned, and what is shown; `!`
    /// marks an assigned storage, `-1` one without a replica. Storage 0 is not configured (DS 2.3.15).
    @ParameterizedTest(name = "{0} assigned to {1} → {2}")
    @CsvSource({
        "'1=0 2=0 3=0', '',    '1!=0 2!=0 3!=0'",
        "'1=0',         '',    '1!=0 2!=-1 3!=-1'", // nothing assigned: everywhere
        "'1=3 2=0',     '',    '1!=3 2!=0 3!=-1'",
        "'1=0',         '1',   '1!=0'", // an unassigned storage without a replica is not shown
        "'1=1 2=0',     '1',   '1!=1 2=0'",
        "'1=0',         '1 2', '1!=0 2!=-1'",
        "'2=1 1=0',     '1',   '1!=0 2=1'", // the unassigned one has the latest
        "'2=0',         '1',   '1!=-1 2=0'", // and is the only one
        "'1=0 0=1',     '1 0', '1!=0 0=1'", // an assignment to a storage that is not configured does not count
        "'1=0 0=0',     '',    '1!=0 2!=-1 3!=-1 0=0'",
        "'0=0',         '0',   '1!=-1 2!=-1 3!=-1 0=0'", // without any other it belongs everywhere
        "'1=0 2=0 0=0', '0',   '1!=0 2!=0 3!=-1 0=0'",
    })
    void showsWhatIsThereAndWhatShouldBe(String replicas, String assigned, String shown) throws Exception {
        RepositoryId id = repository(KEY, Stories.generations(replicas), Stories.storages(assigned));

        assertThat(Stories.show(placement(id))).isEqualTo(shown);
        assertThat(placement(id).replicas())
                .allMatch(replica -> replica.configured() != replica.storage().equals(OLD));
    }

    @Test
    void aReplicaIsHealthyIfItsNodeIs() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        datastore.nodeHealth().report("p1", Map.of(node(G1), true, node(G2), false, new NodeId(OTHER, G2), true));

        assertThat(placement(id).replicas().stream().filter(Replica::healthy).map(Replica::storage))
                .containsExactly(G1);
    }

    @Test
    void aReplicaIsLeavingAsLongAsAJobIsToDeleteIt() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        RepositoryId other = create(key("b.git"), G1, G2);
        assertThat(leaves(id, G2)).isFalse();

        datastore.replicationJobs().add(deletionJob(id, KEY, G2));
        assertThat(leaves(id, G2)).isTrue();
        assertThat(leaves(id, G1)).isFalse();
        assertThat(leaves(other, G2)).isFalse();

        datastore.replicationJobs().end(take(G2).getFirst(), JobOutcome.FAILED);
        assertThat(leaves(id, G2)).isTrue();

        datastore.replicationJobs().end(take(G2).getFirst(), JobOutcome.DROPPED);
        assertThat(leaves(id, G2)).isFalse();
    }

    @Test
    void aReplicaThatIsRepairedIsNotLeaving() throws Exception {
        RepositoryId id = create(KEY, G1, G2);

        datastore.replicationJobs().add(updateJob(id, KEY, G1, G2));

        assertThat(leaves(id, G2)).isFalse();
    }

    private boolean leaves(RepositoryId id, StorageName storage) throws InterruptedException {
        return placement(id).replica(storage).orElseThrow().leaving();
    }
}
