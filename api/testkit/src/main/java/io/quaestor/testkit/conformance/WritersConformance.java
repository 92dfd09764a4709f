package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.CopyRecord;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.datastore.WriteResult.Recorded;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of [io.quaestor.spi.datastore.Repositories] for several proxies that write at the same time (I1 to I3).
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class WritersConformance extends StoreConformance {

    private static final int WRITERS = 4;
    private static final int WRITES = 10; // of each writer
    private static final RepositoryKey KEY = key("a.git");

    @Test
    void everyWriteCountsOnceAndGetsAGenerationOfItsOwn() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        var other = another();
        var writers = new ArrayList<Callable<List<Generation>>>();
        for (int i = 0; i < WRITERS; i++) {
            Datastore proxy = i % 2 == 0 ? datastore : other;
            writers.add(() -> {
                var reached = new ArrayList<Generation>();
                for (int n = 0; n < WRITES; n++) {
                    var result = proxy.repositories().record(List.of(update(id, KEY, Set.of(G1, G2))));
                    reached.add(((Recorded) result.getFirst()).generation());
                }
                return reached;
            });
        }

        List<Generation> reached =
                Concurrently.run(writers).stream().flatMap(List::stream).toList();

        assertThat(reached).hasSize(WRITERS * WRITES).doesNotHaveDuplicates();
        assertThat(generations(id)).isEqualTo(Map.of(G1, 40L, G2, 40L));
    }

    @Test
    void aReplicaThatMissedAWriteStaysBehindWhateverIsRecordedLater() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        var other = another();

        Concurrently.run(
                () -> record(update(id, KEY, Set.of(G1))),
                () -> other.repositories().record(List.of(update(id, KEY, Set.of(G1, G2)))));

        assertThat(placement(id).generation()).isEqualTo(new Generation(2));
        assertThat(placement(id).upToDate()).containsExactly(G1);
    }

    @Test
    void ofTwoWritesWithNothingInCommonOnlyOneIsRecorded() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        var other = another();

        List<WriteResult> results = Concurrently.run(
                () -> record(update(id, KEY, Set.of(G1))),
                () -> other.repositories()
                        .record(List.of(update(id, KEY, Set.of(G2))))
                        .getFirst());

        assertThat(results).containsExactlyInAnyOrder(new Recorded(new Generation(1)), new WriteResult.Outdated());
        assertThat(placement(id).upToDate()).hasSize(1);
    }

    @Test
    void ofSeveralThatCreateANameExactlyOneWins() throws Exception {
        var other = another();
        var creators = new ArrayList<Callable<WriteResult>>();
        for (int i = 0; i < 6; i++) {
            Datastore proxy = i % 2 == 0 ? datastore : other;
            StorageName storage = List.of(G1, G2, G3).get(i % 3);
            RepositoryId id = proxy.repositories().reserve(KEY);
            creators.add(() -> proxy.repositories()
                    .record(List.of(creation(id, KEY, Set.of(storage), Set.of(), true, storage)))
                    .getFirst());
        }

        List<WriteResult> results = Concurrently.run(creators);

        assertThat(results).containsOnlyOnce(new Recorded(new Generation(0)));
        assertThat(results).containsOnly(new Recorded(new Generation(0)), new WriteResult.Exists());
        assertThat(datastore.placements().find(KEY).orElseThrow().upToDate()).hasSize(1);
    }

    @Test
    void ofSeveralThatRemoveARepositoryExactlyOneIsToldOfIt() throws Exception {
        create(KEY, G1, G2);
        var other = another();

        List<Optional<Placement>> removed = Concurrently.run(List.of(
                () -> datastore.repositories().remove(KEY),
                () -> other.repositories().remove(KEY),
                () -> other.repositories().remove(KEY)));

        assertThat(removed.stream().flatMap(Optional::stream)).hasSize(1);
    }

    @Test
    void theLastTwoInvalidReplicasTakeTheRepositoryWithThemEvenTogether() throws Exception {
        var other = another();
        for (int round = 0; round < 10; round++) {
            RepositoryId id = create(KEY, G1, G2);

            Concurrently.run(() -> removeInvalid(datastore, id, G1), () -> removeInvalid(other, id, G2));

            assertThat(datastore.repositories().exists(KEY)).as("round %d", round).isFalse();
        }
    }

    private static boolean removeInvalid(Datastore proxy, RepositoryId id, StorageName storage)
            throws InterruptedException {
        proxy.repositories().removeInvalidReplica(id, storage);
        return true;
    }

    @Test
    void batchesOverTheSameRepositoriesInAnyOrderAreAllRecorded() throws Exception {
        var keys = List.of(key("a.git"), key("b.git"), key("c.git"), key("d.git"));
        var ids = new ArrayList<RepositoryId>();
        for (RepositoryKey key : keys) {
            ids.add(create(key, G1));
        }
        var other = another();
        var writers = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < WRITERS; i++) {
            Datastore proxy = i % 2 == 0 ? datastore : other;
            var random = new Random(i);
            writers.add(() -> {
                for (int n = 0; n < WRITES; n++) {
                    var batch = new ArrayList<WriteRecord>();
                    for (int k = 0; k < keys.size(); k++) {
                        batch.add(update(ids.get(k), keys.get(k), Set.of(G1)));
                    }
                    Collections.shuffle(batch, random);
                    assertThat(proxy.repositories().record(batch)).allMatch(Recorded.class::isInstance);
                }
                return true;
            });
        }

        Concurrently.run(writers);

        for (RepositoryId id : ids) {
            assertThat(placement(id).generation()).isEqualTo(new Generation(40));
        }
    }

    @Test
    void aPlacementIsOfOneInstant() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        var other = another();
        var done = new AtomicBoolean();

        Concurrently.run(
                () -> {
                    try {
                        for (int n = 0; n < 30; n++) {
                            record(update(id, KEY, Set.of(G1, G2)));
                        }
                        return done.get();
                    } finally {
                        done.set(true);
                    }
                },
                () -> {
                    while (!done.get()) {
                        Placement seen = other.placements().find(KEY).orElseThrow();
                        assertThat(seen.upToDate()).as("%s", seen).containsExactly(G1, G2);
                    }
                    return true;
                });
    }

    /// Writes, copies and readers at random. Whatever the order: generations never go back, no replica is above its
    /// repository, and every recorded write is counted.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void generationsNeverGoBackAndNoReplicaIsAboveItsRepository(long seed) throws Exception {
        RepositoryId id = create(KEY, G1, G2, G3);
        var other = another();
        var actors = new ArrayList<Callable<Long>>();
        for (int i = 0; i < WRITERS; i++) {
            Datastore proxy = i % 2 == 0 ? datastore : other;
            var random = new Random(seed * 31 + i);
            actors.add(() -> act(proxy, id, random));
        }

        long recorded = Concurrently.run(actors).stream().mapToLong(n -> n).sum();

        assertThat(placement(id).generation().value()).isEqualTo(recorded);
        assertThat(placement(id).upToDate()).isNotEmpty();
    }

    /// @return how many of its writes were recorded
    private static long act(Datastore proxy, RepositoryId id, Random random) throws InterruptedException {
        long recorded = 0;
        long seen = 0;
        for (int n = 0; n < 15; n++) {
            Placement now = proxy.placements().find(id).orElseThrow();
            assertThat(now.generation().value()).isGreaterThanOrEqualTo(seen);
            assertThat(now.replicas()).allMatch(r -> r.generation().compareTo(now.generation()) <= 0);
            seen = now.generation().value();
            if (random.nextInt(3) == 0) {
                var target = now.replicas().get(random.nextInt(now.replicas().size()));
                proxy.repositories()
                        .recordCopy(new CopyRecord(id, target.storage(), target.generation(), now.generation()));
            } else {
                var having = new HashSet<>(Set.of(List.of(G1, G2, G3).get(random.nextInt(3))));
                having.addAll(now.upToDate().subList(0, random.nextInt(now.upToDate().size() + 1)));
                var result = proxy.repositories().record(List.of(update(id, KEY, having)));
                recorded += result.getFirst() instanceof Recorded ? 1 : 0;
            }
        }
        return recorded;
    }
}
