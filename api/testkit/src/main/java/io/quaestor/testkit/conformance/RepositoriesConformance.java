package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.datastore.RepositoryExistsException;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.datastore.WriteResult.Recorded;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/// The rules of [io.quaestor.spi.datastore.Repositories] for one caller at a time.
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class RepositoriesConformance extends StoreConformance {

    private static final RepositoryKey KEY = key("@hashed/aa/bb/aabb.git");

    /// More than the notifications of PostgreSQL hold, 8,000 bytes, if paths are as long as GitLab's (DS 1.5).
    private static final int MANY = 150;

    @Test
    void aNumberIsNeverGivenTwiceNotEvenAfterTheRepositoryIsGone() throws Exception {
        RepositoryId first = datastore.repositories().reserve(KEY);
        RepositoryId created = create(KEY, G1);
        datastore.repositories().remove(KEY);
        RepositoryId later = datastore.repositories().reserve(KEY);

        assertThat(List.of(first, created, later)).doesNotHaveDuplicates();
    }

    @Test
    void aNameThatIsTakenIsNotReserved() throws Exception {
        create(KEY, G1);

        assertThatThrownBy(() -> datastore.repositories().reserve(KEY))
                .isInstanceOf(RepositoryExistsException.class)
                .hasMessageContaining(KEY.relativePath());
        datastore.repositories().reserve(new RepositoryKey(OTHER, KEY.relativePath()));
    }

    @Test
    void aReservedRepositoryDoesNotExistYet() throws Exception {
        RepositoryId id = datastore.repositories().reserve(KEY);

        assertThat(datastore.repositories().exists(KEY)).isFalse();
        assertThat(datastore.placements().find(id)).isEmpty();
    }

    @Test
    void aCreationBeginsWithGenerationZeroOnThoseThatHaveIt() throws Exception {
        RepositoryId id = datastore.repositories().reserve(KEY);

        WriteResult result = record(creation(id, KEY, Set.of(G1, G2), Set.of(G3), false, G1));

        assertThat(result).isEqualTo(new Recorded(new Generation(0)));
        assertThat(datastore.repositories().exists(KEY)).isTrue();
        assertThat(placement(id).path()).isEqualTo(pathOf(id));
        assertThat(placement(id).primary()).contains(G1);
        assertThat(generations(id)).isEqualTo(Map.of(G1, 0L, G2, 0L));
    }

    @Test
    void aCreationAddsARepairForWhoMissedIt() throws Exception {
        RepositoryId id = datastore.repositories().reserve(KEY);

        record(creation(id, KEY, Set.of(G1), Set.of(G2, G3), false, G1));

        assertThat(take(G2)).singleElement().satisfies(job -> isRepairOf(job, id, G1, G2));
        assertThat(take(G3)).singleElement().satisfies(job -> isRepairOf(job, id, G1, G3));
        assertThat(take(G1)).isEmpty();
    }

    private static void isRepairOf(ReplicationJob taken, RepositoryId id, StorageName source, StorageName target) {
        assertThat(taken.job().repository()).isEqualTo(id);
        assertThat(taken.job().key()).isEqualTo(KEY);
        assertThat(taken.job().source()).contains(source);
        assertThat(taken.job().target()).isEqualTo(target);
        assertThat(taken.job().correlationId()).endsWith("-" + id);
    }

    @Test
    void aCreationThatAssignsAssignsAllItsStorages() throws Exception {
        RepositoryId id = datastore.repositories().reserve(KEY);

        record(creation(id, KEY, Set.of(G1), Set.of(G3), true, G1));

        assertThat(placement(id).replicas().stream().filter(Replica::assigned).map(Replica::storage))
                .containsExactly(G1, G3);
    }

    @Test
    void aCreationThatDoesNotAssignBelongsEverywhere() throws Exception {
        RepositoryId id = create(KEY, G1);

        assertThat(placement(id).replicas().stream().filter(Replica::assigned).map(Replica::storage))
                .containsExactly(G1, G2, G3);
    }

    @Test
    void theFirstOfANameWinsEvenIfTheSecondHasNoStorageInCommon() throws Exception {
        RepositoryId late = datastore.repositories().reserve(KEY);
        RepositoryId first = create(KEY, G1);

        WriteResult result = record(creation(late, KEY, Set.of(G2), Set.of(G3), true, G2));

        assertThat(result).isEqualTo(new WriteResult.Exists());
        assertThat(placement(first).key()).isEqualTo(KEY);
        assertThat(generations(first)).isEqualTo(Map.of(G1, 0L));
        assertThat(datastore.placements().find(late)).isEmpty();
        assertThat(take(G3)).isEmpty();
    }

    @Test
    void aCreationThatIsRepeatedChangesNothing() throws Exception {
        RepositoryId id = create(KEY, G1);
        record(update(id, KEY, Set.of(G1)));

        assertThat(record(creation(id, KEY, Set.of(G1, G2), Set.of(), false, G1)))
                .isEqualTo(new WriteResult.Exists());
        assertThat(generations(id)).isEqualTo(Map.of(G1, 1L));
    }

    @Test
    void aWriteAdvancesWhoHasItAndWasUpToDateBefore() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 1L, G2, 0L, G3, 1L), Set.of());

        WriteResult result = record(update(id, KEY, Set.of(G1, G2, OLD)));

        assertThat(result).isEqualTo(new Recorded(new Generation(2)));
        assertThat(placement(id).generation()).isEqualTo(new Generation(2));
        assertThat(generations(id)).isEqualTo(Map.of(G1, 2L, G2, 0L, G3, 1L));
    }

    @Test
    void aWriteDoesNotTouchTheSameNameElsewhere() throws Exception {
        var elsewhere = new RepositoryKey(OTHER, KEY.relativePath());
        RepositoryId id = create(KEY, G1, G2);
        RepositoryId other = create(elsewhere, G1, G2);
        RepositoryId neighbour = create(key("b.git"), G1, G2);

        record(update(id, KEY, Set.of(G1), G2));

        assertThat(generations(other)).isEqualTo(Map.of(G1, 0L, G2, 0L));
        assertThat(generations(neighbour)).isEqualTo(Map.of(G1, 0L, G2, 0L));
    }

    @Test
    void aSecondaryAdvancesWithoutAnOutdatedPrimary() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 0L, G2, 1L), Set.of());

        var update = new WriteRecord.Update(id, KEY, G1, Set.of(G1, G2), Set.of(), "c", Optional.empty());

        assertThat(record(update)).isEqualTo(new Recorded(new Generation(2)));
        assertThat(generations(id)).isEqualTo(Map.of(G1, 0L, G2, 2L));
    }

    @Test
    void aWriteAddsARepairForWhoMissedIt() throws Exception {
        RepositoryId id = create(KEY, G1, G2);

        record(update(id, KEY, Set.of(G1), G2));

        assertThat(take(G2)).singleElement().satisfies(job -> isRepairOf(job, id, G1, G2));
    }

    @Test
    void aWriteThatOnlyOutdatedReplicasHaveChangesNothing() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 1L, G2, 0L), Set.of());

        assertThat(record(update(id, KEY, Set.of(G2), G1))).isEqualTo(new WriteResult.Outdated());
        assertThat(placement(id).generation()).isEqualTo(new Generation(1));
        assertThat(generations(id)).isEqualTo(Map.of(G1, 1L, G2, 0L));
        assertThat(take(G1)).isEmpty();
    }

    @Test
    void aWriteToARepositoryThatIsGoneLeavesNothingBehind() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        datastore.repositories().remove(KEY);

        assertThat(record(update(id, KEY, Set.of(G1), G2))).isEqualTo(new WriteResult.Missing());
        assertThat(datastore.repositories().exists(KEY)).isFalse();
        assertThat(take(G2)).isEmpty();
    }

    @Test
    void oneRecordThatFailsDoesNotKeepTheOthersFromBeingRecorded() throws Exception {
        RepositoryId good = create(key("good.git"), G1);
        RepositoryId outdated = repository(key("outdated.git"), Map.of(G1, 1L, G2, 0L), Set.of());
        RepositoryId gone = datastore.repositories().reserve(key("gone.git"));
        RepositoryId fresh = datastore.repositories().reserve(key("fresh.git"));
        RepositoryId twice = datastore.repositories().reserve(key("good.git-2"));

        List<WriteResult> results = datastore
                .repositories()
                .record(List.of(
                        update(outdated, key("outdated.git"), Set.of(G2)),
                        update(good, key("good.git"), Set.of(G1)),
                        update(gone, key("gone.git"), Set.of(G1)),
                        creation(fresh, key("fresh.git"), Set.of(G2), Set.of(G3), true, G2),
                        creation(twice, key("good.git"), Set.of(G1), Set.of(), true, G1)));

        assertThat(results)
                .containsExactly(
                        new WriteResult.Outdated(),
                        new Recorded(new Generation(1)),
                        new WriteResult.Missing(),
                        new Recorded(new Generation(0)),
                        new WriteResult.Exists());
        assertThat(generations(good)).isEqualTo(Map.of(G1, 1L));
        assertThat(generations(fresh)).isEqualTo(Map.of(G2, 0L));
        assertThat(take(G3)).hasSize(1);
    }

    @Test
    void nothingToRecordIsRecorded() throws Exception {
        assertThat(datastore.repositories().record(List.of())).isEmpty();
    }

    @Test
    void manyRecordsAreMadeAndRemovedTogether() throws Exception {
        createMany(DEFAULT);

        assertThat(datastore.repositories().removeAll(DEFAULT)).isEqualTo(MANY);
        assertThat(datastore.repositories().exists(longKey(DEFAULT, 0))).isFalse();
    }

    private void createMany(VirtualStorage virtualStorage) throws InterruptedException {
        var records = new ArrayList<WriteRecord>();
        for (int i = 0; i < MANY; i++) {
            RepositoryKey key = longKey(virtualStorage, i);
            records.add(creation(datastore.repositories().reserve(key), key, Set.of(G1), Set.of(), false, G1));
        }
        assertThat(datastore.repositories().record(records))
                .hasSize(MANY)
                .containsOnly(new Recorded(new Generation(0)));
    }

    private static RepositoryKey longKey(VirtualStorage virtualStorage, int i) {
        return new RepositoryKey(virtualStorage, "@hashed/aa/bb/%064d.git".formatted(i));
    }

    @Test
    void removingAllOfAVirtualStorageLeavesTheOthers() throws Exception {
        var wild = new VirtualStorage("vs_1"); // a wildcard where names are compared by pattern
        var tame = new VirtualStorage("vsx1");
        RepositoryId tamed = create(new RepositoryKey(tame, "a.git"), G1, G2);
        RepositoryId first = create(new RepositoryKey(wild, "a.git"), G1);
        datastore.replicationJobs().add(updateJob(tamed, new RepositoryKey(tame, "a.git"), G1, G2));
        datastore.replicationJobs().add(updateJob(first, new RepositoryKey(wild, "a.git"), G1, G2));

        assertThat(datastore.repositories().removeAll(wild)).isEqualTo(1);

        assertThat(datastore.placements().find(first)).isEmpty();
        assertThat(generations(tamed)).isEqualTo(Map.of(G1, 0L, G2, 0L));
        assertThat(take(datastore, tame, G2)).hasSize(1);
        assertThat(take(datastore, wild, G2)).isEmpty();
        assertThat(datastore.repositories().removeAll(wild)).isZero();
    }

    @Test
    void aRepositoryThatIsRemovedTakesItsReplicasAndJobsWithIt() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 1L, G2, 0L), Set.of(G1, G2));
        datastore.replicationJobs().add(updateJob(id, KEY, G1, G2));
        ReplicationJob taken = take(G2).getFirst();
        datastore.replicationJobs().add(updateJob(id, KEY, G1, G2));
        datastore.replicationJobs().add(deletionJob(id, KEY, G3));

        var removed = datastore.repositories().remove(KEY).orElseThrow();
        datastore.replicationJobs().end(taken, JobOutcome.FAILED);

        assertThat(removed.id()).isEqualTo(id);
        assertThat(removed.path()).isEqualTo(pathOf(id));
        assertThat(removed.replicas()).extracting(Replica::storage).containsExactly(G1, G2);
        assertThat(datastore.placements().find(KEY)).isEmpty();
        assertThat(datastore.repositories().remove(KEY)).isEqualTo(Optional.empty());
        assertThat(take(G2)).isEmpty();
        assertThat(take(G3)).isEmpty();
    }

    @Test
    void aNameIsFreeAgainAfterItsRepositoryIsRemoved() throws Exception {
        RepositoryId before = repository(KEY, Map.of(G1, 3L), Set.of(G1));
        datastore.replicationJobs().add(deletionJob(before, KEY, G1));
        datastore.repositories().remove(KEY);

        RepositoryId after = create(KEY, G2);

        assertThat(generations(after)).isEqualTo(Map.of(G2, 0L));
        assertThat(placement(after).replicas()).allMatch(Replica::assigned).noneMatch(Replica::leaving);
        assertThat(datastore.replicationJobs().add(deletionJob(after, KEY, G2))).isTrue();
    }

    @Test
    void oneReplicaIsForgottenAndTheRepositoryStays() throws Exception {
        RepositoryId id = create(KEY, G1, G2);

        datastore.repositories().removeReplica(id, G2);
        datastore.repositories().removeReplica(id, G3);
        assertThat(generations(id)).isEqualTo(Map.of(G1, 0L));

        datastore.repositories().removeReplica(id, G1);
        assertThat(datastore.repositories().exists(KEY)).isTrue();
        assertThat(placement(id).upToDate()).isEmpty();
    }

    @Test
    void anInvalidReplicaTakesTheRepositoryWithItIfItWasTheLast() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        datastore.replicationJobs().add(updateJob(id, KEY, G1, G2));

        datastore.repositories().removeInvalidReplica(id, G1);
        datastore.repositories().removeInvalidReplica(id, G3);
        assertThat(generations(id)).isEqualTo(Map.of(G2, 0L));

        datastore.repositories().removeInvalidReplica(id, G2);
        datastore.repositories().removeInvalidReplica(id, G2);
        assertThat(datastore.repositories().exists(KEY)).isFalse();
        assertThat(take(G2)).isEmpty();
    }
}
