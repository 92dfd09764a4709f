package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.CopyResult;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.datastore.WriteResult.Exists;
import io.quaestor.spi.datastore.WriteResult.Missing;
import io.quaestor.spi.datastore.WriteResult.Outdated;
import io.quaestor.spi.datastore.WriteResult.Recorded;
import io.quaestor.spi.datastore.WriteResult.Settled;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/// The rules of [io.quaestor.spi.datastore.Repositories#record] and `recordCopy` where there are intents.
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class IntentRecordsConformance extends IntentStoreConformance {

    private static final RepositoryKey KEY = key("a.git");

    @Test
    void aRecordEndsItsIntentAndNoOther() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        ProxyLife life = join("p1");
        IntentId intent = opened(life, id, KEY);
        opened(life, id, KEY);

        WriteResult result = record(ending(intent, update(id, KEY, Set.of(G1, G2))));

        assertThat(result).isEqualTo(new Recorded(new Generation(1)));
        assertThat(intents.underWay(id)).isEqualTo(1);
    }

    @Test
    void aRecordThatIsRepeatedCountsOnceAndIsAnsweredAsBefore() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        var record = ending(opened(join("p1"), id, KEY), update(id, KEY, Set.of(G1), G2));
        assertThat(record(record)).isEqualTo(new Recorded(new Generation(1)));
        datastore.replicationJobs().end(take(G2).getFirst(), JobOutcome.DROPPED);
        record(update(id, KEY, Set.of(G1)));

        List<WriteResult> repeated = another().repositories().record(List.of(record));

        assertThat(repeated).containsExactly(new Recorded(new Generation(1)));
        assertThat(generations(id)).isEqualTo(Map.of(G1, 2L, G2, 0L));
        assertThat(take(G2)).isEmpty();
    }

    @Test
    void aCreationThatIsRepeatedIsAnsweredAsBefore() throws Exception {
        ProxyLife life = join("p1");
        var intent = creation(life, KEY);
        RepositoryId id = repositoryOf(open(life, intent));
        var record = ending(intent.id(), creation(id, KEY, Set.of(G1), Set.of(G2), false, G1));
        assertThat(record(record)).isEqualTo(new Recorded(new Generation(0)));
        datastore.replicationJobs().end(take(G2).getFirst(), JobOutcome.DROPPED);
        record(update(id, KEY, Set.of(G1)));

        assertThat(record(record)).isEqualTo(new Recorded(new Generation(0)));
        assertThat(generations(id)).isEqualTo(Map.of(G1, 1L));
        assertThat(take(G2)).isEmpty();
        letAllDie();
        assertThat(suspects()).isEmpty();
    }

    @Test
    void aWriteThatOnlyOutdatedReplicasHaveEndsItsIntentToo() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 1L, G2, 0L), Set.of());
        var record = ending(opened(join("p1"), id, KEY), update(id, KEY, Set.of(G2)));

        assertThat(record(record)).isEqualTo(new Outdated());

        assertThat(intents.underWay(id)).isZero();
        assertThat(record(record)).isEqualTo(new Outdated());
        assertThat(generations(id)).isEqualTo(Map.of(G1, 1L, G2, 0L));
    }

    @Test
    void aCreationThatLostItsNameEndsItsIntentToo() throws Exception {
        ProxyLife life = join("p1");
        var intent = creation(life, KEY);
        RepositoryId id = repositoryOf(open(life, intent));
        create(KEY, G2); // by somebody who keeps no intents
        var record = ending(intent.id(), creation(id, KEY, Set.of(G1), Set.of(), false, G1));

        assertThat(record(record)).isEqualTo(new Exists());

        assertThat(record(record)).isEqualTo(new Exists());
        letAllDie();
        assertThat(suspects()).isEmpty();
    }

    @Test
    void aRecordCountsAfterTheEndOfItsLifeIfNobodySettledItMeanwhile() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        IntentId intent = leftBehind(id, KEY);

        assertThat(record(ending(intent, update(id, KEY, Set.of(G1, G2))))).isEqualTo(new Recorded(new Generation(1)));
        assertThat(placement(id).upToDate()).containsExactly(G1, G2);
    }

    @Test
    void aRecordThatWasSettledCountsNothingAndMakesItsRepositorySuspectOnceMore() throws Exception {
        RepositoryId id = create(KEY, G1, G2, G3);
        IntentId intent = leftBehind(id, KEY);
        settle(id, Set.of(G1, G2, G3));
        suspects();
        suspects(); // by now nothing may be known any more of the life that is over
        var late = ending(intent, update(id, KEY, Set.of(G1), G2));

        assertThat(record(late)).isEqualTo(new Settled());
        assertThat(record(late)).as("the second time").isEqualTo(new Settled());

        assertThat(generations(id)).isEqualTo(Map.of(G1, 1L, G2, 1L, G3, 1L));
        assertThat(placement(id).suspect()).isPresent();
        assertThat(suspects()).singleElement().satisfies(suspect -> {
            assertThat(suspect.repository()).isEqualTo(id);
            assertThat(suspect.key()).isEqualTo(KEY);
            assertThat(suspect.creation()).isFalse();
            assertThat(suspect.ripe()).as("its proxy has said that it is over").isTrue();
        });
        assertThat(suspects()).as("the second time").hasSize(1);

        settle(id, Set.of(G1, G3));

        assertThat(placement(id).suspect()).isEmpty();
        assertThat(generations(id)).isEqualTo(Map.of(G1, 2L, G2, 1L, G3, 2L));
        assertThat(record(late)).as("the third time").isEqualTo(new Settled());
    }

    /// Another one that took part may have made some of it, and still counts as up to date.
    @Test
    void aWriteThatOnlyOutdatedReplicasHaveMakesItsRepositorySuspect() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        ProxyLife life = join("p1");
        IntentId slow = opened(life, id, KEY);
        record(update(id, KEY, Set.of(G1), G2));
        var late = ending(slow, update(id, KEY, Set.of(G2), G1));

        assertThat(record(late)).isEqualTo(new Outdated());
        assertThat(record(late)).as("the second time").isEqualTo(new Outdated());

        assertThat(generations(id)).isEqualTo(Map.of(G1, 1L, G2, 0L));
        assertThat(placement(id).suspect()).isPresent();
        assertThat(suspects()).singleElement().satisfies(suspect -> assertThat(suspect.ripe())
                .isTrue());

        settle(id, Set.of(G1));
        assertThat(placement(id).suspect()).isEmpty();
    }

    private void settle(RepositoryId id, Set<StorageName> equal) throws InterruptedException {
        ProxyLife recoverer = join("recoverer");
        intents.hold(recoverer, id);
        assertThat(intents.settle(recoverer, settlement(id, KEY, equal))).isTrue();
    }

    @Test
    void aRecordWhoseIntentIsGoneCountsNothing() throws Exception {
        RepositoryId id = create(KEY, G1, G2);
        IntentId intent = opened(join("p1"), id, KEY);
        intents.withdraw(List.of(intent));

        assertThat(record(ending(intent, update(id, KEY, Set.of(G1, G2))))).isEqualTo(new Settled());
        assertThat(generations(id)).isEqualTo(Map.of(G1, 0L, G2, 0L));
    }

    @Test
    void whereTheRepositoryIsGoneThatIsWhatIsSaid() throws Exception {
        RepositoryId id = create(KEY, G1);
        ProxyLife life = join("p1");
        var open = ending(opened(life, id, KEY), update(id, KEY, Set.of(G1)));
        var recorded = ending(opened(life, id, KEY), update(id, KEY, Set.of(G1)));
        record(recorded);
        datastore.repositories().remove(KEY);

        assertThat(record(open)).isEqualTo(new Missing());
        assertThat(record(recorded)).isEqualTo(new Missing());
    }

    @Test
    void aCreationThatWasRecordedAndRemovedIsNotMadeAgain() throws Exception {
        ProxyLife life = join("p1");
        var intent = creation(life, KEY);
        RepositoryId id = repositoryOf(open(life, intent));
        var record = ending(intent.id(), creation(id, KEY, Set.of(G1), Set.of(), false, G1));
        record(record);
        datastore.repositories().remove(KEY);

        assertThat(record(record)).isEqualTo(new Missing());
        assertThat(datastore.repositories().exists(KEY)).isFalse();
    }

    @Test
    void aCreationWhoseFilesWereRemovedIsNotRecorded() throws Exception {
        ProxyLife life = join("p1");
        var intent = creation(life, KEY);
        RepositoryId id = repositoryOf(open(life, intent));
        letAllDie();
        intents.abandon(intent.id());

        WriteResult late = record(ending(intent.id(), creation(id, KEY, Set.of(G1), Set.of(), false, G1)));

        assertThat(late).isEqualTo(new Missing());
        assertThat(datastore.repositories().exists(KEY)).isFalse();
    }

    @Test
    void aCreationWhoseNameIsStillFreeIsRecordedAfterTheEndOfItsLife() throws Exception {
        ProxyLife life = join("p1");
        var intent = creation(life, KEY);
        RepositoryId id = repositoryOf(open(life, intent));
        letAllDie();

        WriteResult late = record(ending(intent.id(), creation(id, KEY, Set.of(G1), Set.of(), false, G1)));

        assertThat(late).isEqualTo(new Recorded(new Generation(0)));
        assertThat(suspects()).isEmpty();
    }

    @Test
    void aCreationWhoseNameWasGivenToAnotherIsNotRecorded() throws Exception {
        ProxyLife life = join("p1");
        var early = creation(life, KEY);
        RepositoryId first = repositoryOf(open(life, early));
        letAllDie();
        ProxyLife other = join("p2");
        var next = creation(other, KEY);
        RepositoryId second = repositoryOf(open(other, next));

        WriteResult late = record(ending(early.id(), creation(first, KEY, Set.of(G1), Set.of(), false, G1)));
        WriteResult result = record(ending(next.id(), creation(second, KEY, Set.of(G1), Set.of(), false, G1)));

        assertThat(late).isEqualTo(new Exists());
        assertThat(result).isEqualTo(new Recorded(new Generation(0)));
        assertThat(placement(second).key()).isEqualTo(KEY);
    }

    @Test
    void recordsOfOneCallAreEachJudgedByTheirOwnIntent() throws Exception {
        RepositoryKey other = key("b.git");
        RepositoryKey without = key("c.git");
        RepositoryId a = create(KEY, G1, G2);
        RepositoryId b = create(other, G1);
        RepositoryId c = create(without, G1);
        IntentId settled = leftBehind(a, KEY);
        settle(a, Set.of(G1, G2));
        ProxyLife life = join("p2");
        var fresh = creation(life, key("d.git"));
        RepositoryId d = repositoryOf(open(life, fresh));

        List<WriteResult> results = datastore
                .repositories()
                .record(List.of(
                        ending(settled, update(a, KEY, Set.of(G1, G2))),
                        ending(opened(life, b, other), update(b, other, Set.of(G1))),
                        update(c, without, Set.of(G1)),
                        ending(fresh.id(), creation(d, fresh.key(), Set.of(G1), Set.of(), true, G1))));

        assertThat(results)
                .containsExactly(
                        new Settled(),
                        new Recorded(new Generation(1)),
                        new Recorded(new Generation(1)),
                        new Recorded(new Generation(0)));
    }

    @Test
    void aCopyDoesNotCountWhileAWriteIsUnderWay() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 1L, G2, 0L), Set.of());
        IntentId intent = opened(join("p1"), id, KEY);

        assertThat(copy(id, G2, 0, 1)).isEqualTo(CopyResult.WRITE_UNDER_WAY);
        assertThat(copy(id, G3, -1, 1)).isEqualTo(CopyResult.WRITE_UNDER_WAY);
        letAllDie();
        assertThat(copy(id, G2, 0, 1)).as("left behind").isEqualTo(CopyResult.WRITE_UNDER_WAY);
        assertThat(generations(id)).isEqualTo(Map.of(G1, 1L, G2, 0L));

        record(ending(intent, update(id, KEY, Set.of(G1))));
        assertThat(copy(id, G2, 0, 1)).isEqualTo(CopyResult.RECORDED);
        assertThat(generations(id)).isEqualTo(Map.of(G1, 2L, G2, 1L));
    }

    @Test
    void aCopyCountsWhileAnotherRepositoryIsWrittenTo() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 1L, G2, 0L), Set.of());
        RepositoryId other = create(key("b.git"), G1);
        ProxyLife life = join("p1");
        opened(life, other, key("b.git"));
        open(life, creation(life, key("c.git")));

        assertThat(copy(id, G2, 0, 1)).isEqualTo(CopyResult.RECORDED);
    }

    @Test
    void aCopyOfARepositoryThatIsGoneIsNotTakenForAWrite() throws Exception {
        RepositoryId id = create(KEY, G1);
        opened(join("p1"), id, KEY);
        datastore.repositories().remove(KEY);

        assertThat(copy(id, G2, -1, 0)).isEqualTo(CopyResult.CHANGED);
    }
}
