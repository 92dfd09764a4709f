package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rules of [io.quaestor.spi.datastore.ReplicationJobs#addMissing] (DS 5.4, DS 10.11).
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class MissingJobsConformance extends StoreConformance {

    private static final RepositoryKey KEY = key("a.git");
    private static final Map<VirtualStorage, Set<StorageName>> ALL = Map.of(DEFAULT, Set.of(G1, G2, G3));

    /// One line per story: the replicas and their generations, where the repository is assigned, who is reached, and the
    /// jobs that are added: `u2` updates `gitaly-2`, `d3` deletes the replica on `gitaly-3`. Storage 0 is not configured.
    @ParameterizedTest(name = "{0} assigned to {1}, reached {2} → {3}")
    @CsvSource({
        "'1=0 2=0 3=0', '',      '1 2 3', ''", // all is well
        "'1=1 2=0',     '',      '1 2 3', 'u2 u3'", // outdated and missing replicas are repaired
        "'1=1 2=0',     '',      '2 3',   ''", // nobody to copy from
        "'1=1 2=0',     '',      '1 3',   'u3'", // only who is reached
        "'1=1 2=0',     '1',     '1 2 3', 'd2'", // superfluous, and outdated
        "'1=1 2=0',     '1 2',   '1 2 3', 'u2'", // only who is assigned
        "'1=0 2=1',     '1',     '1 2 3', 'u1'", // an unassigned replica may be the source, and stays meanwhile
        "'1=0 2=0',     '1',     '1 2 3', 'd2'", // superfluous
        "'1=0 2=0 3=0', '1 2',   '1 2 3', 'd3'",
        "'1=0 2=0',     '1',     '1 3',   ''", // its node is not reached
        "'1=0 2=0',     '1',     '2 3',   ''", // the only one left would be on a node that is not reached
        "'1=0 3=0',     '1 2',   '1 2 3', 'u2'", // an assigned storage has no copy yet
        "'1=1 2=0 3=1', '1 2',   '1 2 3', 'u2'", // an assigned storage is outdated
        "'0=1 1=0',     '',      '1 2 3', ''", // the latest is where the configuration knows nothing
        "'0=0',         '',      '1 2 3', ''",
        "'0=0',         '1',     '1 2 3', ''",
        "'0=0 1=0 2=0', '0',     '1 2 3', 'u3'", // assigned only there means everywhere: nothing is deleted
        "'0=0 1=0 2=0', '0 1',   '1 2 3', 'd2'", // the rest of the assignment counts
        "'0=0 1=0',     '1',     '1 2 3', ''", // a storage that is not configured is left alone
    })
    void addsWhatIsMissing(String replicas, String assigned, String reached, String expected) throws Exception {
        repository(KEY, Stories.generations(replicas), Stories.storages(assigned));

        List<NewJob> added = addMissing(Map.of(DEFAULT, Stories.storages(reached)));

        assertThat(show(added)).isEqualTo(expected);
        assertThat(added).allSatisfy(this::isSound);
        assertThat(show(addMissing(Map.of(DEFAULT, Stories.storages(reached)))))
                .as("the second time")
                .isEmpty();
    }

    private void isSound(NewJob job) {
        assertThat(job.key()).isEqualTo(KEY);
        assertThat(job.correlationId()).isNotEmpty();
        try {
            var placement = placement(job.repository());
            if (job.change() == JobChange.UPDATE) {
                assertThat(placement.upToDate()).contains(job.source().orElseThrow());
            } else {
                assertThat(job.source()).isEmpty();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneSuperfluousReplicaIsDeletedAtATime() throws Exception {
        repository(KEY, Map.of(G1, 0L, G2, 0L, G3, 0L), Set.of(G1));

        assertThat(show(addMissing(ALL))).isIn("d2", "d3");
        assertThat(addMissing(ALL)).isEmpty();
    }

    @Test
    void aRepairThatWaitsRunsOrFailedIsNotAddedAgain() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 1L, G2, 0L), Set.of());
        datastore.replicationJobs().add(updateJob(id, KEY, G1, G2));
        assertThat(show(addMissing(ALL))).isEqualTo("u3");

        var taken = take(G2).getFirst();
        assertThat(addMissing(ALL)).isEmpty();
        datastore.replicationJobs().end(taken, JobOutcome.FAILED);
        assertThat(addMissing(ALL)).isEmpty();
    }

    @Test
    void aReplicaThatIsLeavingIsNoSource() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 1L, G2, 0L), Set.of());
        datastore.replicationJobs().add(deletionJob(id, KEY, G1));

        assertThat(addMissing(ALL)).isEmpty();
    }

    @Test
    void aReplicaThatAJobUsesIsNotDeleted() throws Exception {
        RepositoryId asTarget = repository(KEY, Map.of(G1, 0L, G2, 0L), Set.of(G1));
        var other = key("b.git");
        RepositoryId asSource = repository(other, Map.of(G1, 0L, G2, 0L), Set.of(G1));
        datastore.replicationJobs().add(updateJob(asTarget, KEY, G1, G2));
        datastore.replicationJobs().add(updateJob(asSource, other, G2, G3));

        assertThat(addMissing(ALL)).isEmpty();
    }

    @Test
    void aDeletionLeftByAnEarlierRepositoryOfThatNameHoldsUpNobody() throws Exception {
        repository(KEY, Map.of(G1, 0L, G2, 0L), Set.of(G1));
        datastore.replicationJobs().add(deletionJob(new RepositoryId(1_000_001), KEY, G3));
        var other = key("b.git");
        repository(other, Map.of(G1, 0L), Set.of(G1, G2));

        List<NewJob> added = addMissing(ALL);

        assertThat(added.stream().filter(job -> job.key().equals(other)))
                .singleElement()
                .extracting(NewJob::target)
                .isEqualTo(G2);
    }

    @Test
    void onlyVirtualStoragesThatAreAskedForAreLookedAt() throws Exception {
        create(new RepositoryKey(OTHER, "a.git"), G1);

        assertThat(addMissing(ALL)).isEmpty();
        assertThat(addMissing(Map.of(OTHER, Set.of(G1, G2)))).hasSize(1);
    }

    @Test
    void manyAreRepairedAtOnce() throws Exception {
        for (int i = 0; i < 30; i++) {
            create(key(i + ".git"), G1);
        }

        assertThat(addMissing(ALL)).hasSize(60);
        assertThat(take(G2)).hasSize(30);
        assertThat(take(G3)).hasSize(30);
    }

    @Test
    void severalProxiesAtTheSameTimeAddEachJobOnce() throws Exception {
        var other = another();
        for (int i = 0; i < 5; i++) {
            create(key(i + ".git"), G1);
        }

        List<List<NewJob>> added =
                Concurrently.run(() -> addMissing(ALL), () -> other.replicationJobs().addMissing(ALL));

        assertThat(added.stream().flatMap(List::stream)).hasSize(10);
        assertThat(take(G2)).hasSize(5);
        assertThat(take(G3)).hasSize(5);
    }

    private List<NewJob> addMissing(Map<VirtualStorage, Set<StorageName>> reached) throws InterruptedException {
        return datastore.replicationJobs().addMissing(reached);
    }

    private static String show(List<NewJob> jobs) {
        return jobs.stream()
                .map(job -> (job.change() == JobChange.UPDATE ? "u" : "d") + Stories.number(job.target()))
                .sorted()
                .collect(Collectors.joining(" "));
    }
}
