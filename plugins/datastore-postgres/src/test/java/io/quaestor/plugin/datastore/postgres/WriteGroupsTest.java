package io.quaestor.plugin.datastore.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is particular to recording in groups on PostgreSQL: notifications that fit, locks that do not cross, names that
/// are only names.
class WriteGroupsTest {

    private static final VirtualStorage DEFAULT = new VirtualStorage("default");
    private static final StorageName G1 = new StorageName("gitaly-1");
    private static final StorageName G2 = new StorageName("gitaly-2");

    private final PostgresDatastore datastore =
            TestPostgres.datastore(TestPostgres.migrated(), TestContext.of(Map.of(DEFAULT, List.of(G1, G2))));

    @BeforeEach
    void start() throws Exception {
        datastore.start();
    }

    @AfterEach
    void stop() {
        datastore.close();
    }

    private WriteRecord.Creation creation(RepositoryKey key) throws InterruptedException {
        var id = datastore.repositories().reserve(key);
        return new WriteRecord.Creation(
                id, key, new ReplicaPath("@cluster/" + id), G1, Set.of(G1, G2), Set.of(), false, "", Optional.empty());
    }

    private static WriteRecord update(WriteRecord creation) {
        return new WriteRecord.Update(creation.id(), creation.key(), G1, Set.of(G1), Set.of(G2), "c", Optional.empty());
    }

    private List<WriteRecord> create(int count) throws InterruptedException {
        var creations = new ArrayList<WriteRecord>();
        for (int i = 0; i < count; i++) {
            creations.add(creation(new RepositoryKey(DEFAULT, "@hashed/%064d/%d.git".formatted(i, i))));
        }
        assertThat(datastore.repositories().record(creations))
                .hasSize(count)
                .containsOnly(new WriteResult.Recorded(new Generation(0)));
        return creations;
    }

    /// One notification of 300 such paths would be far too long for PostgreSQL.
    @Test
    void aGroupOfAnySizeIsRecordedAndRemoved() throws Exception {
        var creations = create(300);

        var results = datastore.repositories()
                .record(creations.stream().map(WriteGroupsTest::update).toList());

        assertThat(results).hasSize(300).containsOnly(new WriteResult.Recorded(new Generation(1)));
        assertThat(datastore.repositories().removeAll(DEFAULT)).isEqualTo(300);
        assertThat(datastore.repositories().exists(creations.getLast().key())).isFalse();
    }

    @Test
    void aRecordThatIsRefusedDoesNotKeepTheOthersFromBeingRecorded() throws Exception {
        var good = creation(new RepositoryKey(DEFAULT, "good.git"));
        var bad = new WriteRecord.Creation(
                new RepositoryId(1_000),
                new RepositoryKey(DEFAULT, "bad\0.git"),
                new ReplicaPath("x"),
                G1,
                Set.of(G1),
                Set.of(),
                false,
                "",
                Optional.empty());
        var alsoGood = creation(new RepositoryKey(DEFAULT, "also-good.git"));

        assertThatThrownBy(() -> datastore.repositories().record(List.of(good, bad, alsoGood)))
                .isInstanceOf(DatastoreRefusedException.class);

        assertThat(datastore.repositories().exists(good.key())).isTrue();
        assertThat(datastore.repositories().exists(alsoGood.key())).isTrue();
    }

    @Test
    void aNumberThatIsInUseDoesNotKeepTheOthersFromBeingRecorded() throws Exception {
        var first = (WriteRecord.Creation) create(1).getFirst();
        var sameNumber = new WriteRecord.Creation(
                first.id(),
                new RepositoryKey(DEFAULT, "other.git"),
                new ReplicaPath("x"),
                G1,
                Set.of(G1),
                Set.of(),
                false,
                "",
                Optional.empty());
        var good = creation(new RepositoryKey(DEFAULT, "good.git"));

        assertThat(datastore.repositories().record(List.of(sameNumber, good)))
                .containsExactly(new WriteResult.Exists(), new WriteResult.Recorded(new Generation(0)));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void groupsThatOverlapInAnyOrderAreAllCounted(long seed) throws Exception {
        var creations = create(12);
        var writers = IntStream.range(0, 6)
                .<Callable<Integer>>mapToObj(writer -> () -> {
                    var random = new Random(seed * 100 + writer);
                    for (int round = 0; round < 10; round++) {
                        var group = new ArrayList<>(creations.stream()
                                .<WriteRecord>map(c -> new WriteRecord.Update(
                                        c.id(), c.key(), G1, Set.of(G1, G2), Set.of(), "c", Optional.empty()))
                                .toList());
                        Collections.shuffle(group, random);
                        datastore.repositories().record(group);
                    }
                    return writer;
                })
                .toList();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var future : threads.invokeAll(writers)) {
                future.get();
            }
        }

        for (var creation : creations) {
            var placement = datastore.placements().find(creation.id()).orElseThrow();
            assertThat(placement.generation()).isEqualTo(new Generation(60));
            assertThat(placement.upToDate()).containsExactly(G1, G2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; DROP TABLE repositories; --",
                "\"quoted\" \\back {1,2} %_ 100%",
                "$1 ? ?? :name ${x}",
                "NULL",
                "{\"json\": [1]}",
                "ünïcödé 😀 \n\t"
            })
    void aNameIsOnlyAName(String name) throws Exception {
        var virtualStorage = new VirtualStorage(name);
        var storage = new StorageName(name);
        var key = new RepositoryKey(virtualStorage, name);
        var id = datastore.repositories().reserve(key);

        datastore.repositories()
                .record(List.of(new WriteRecord.Creation(
                        id, key, new ReplicaPath(name), G1, Set.of(G1), Set.of(storage), true, name, Optional.empty())));

        var placement = datastore.placements().find(key).orElseThrow();
        assertThat(placement.key()).isEqualTo(key);
        assertThat(placement.path().value()).isEqualTo(name);
        var job = datastore.replicationJobs()
                .take(new io.quaestor.spi.datastore.JobRequest(
                        new io.quaestor.spi.model.NodeId(virtualStorage, storage), 5, java.time.Duration.ZERO))
                .getFirst();
        assertThat(job.job().key()).isEqualTo(key);
        assertThat(job.job().correlationId()).isEqualTo(name);
        assertThat(datastore.repositories().remove(key)).isPresent();
    }
}
