package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.IntentResult.Exists;
import io.quaestor.spi.datastore.IntentResult.LifeEnded;
import io.quaestor.spi.datastore.IntentResult.Missing;
import io.quaestor.spi.datastore.IntentResult.Opened;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/// The rules of [io.quaestor.spi.datastore.Intents#open] and `withdraw`.
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class IntentsConformance extends IntentStoreConformance {

    private static final RepositoryKey KEY = key("a.git");

    @Test
    void anIntentToWriteIsUnderWayUntilItIsWithdrawn() throws Exception {
        RepositoryId id = create(KEY, G1);
        IntentId intent = opened(join("p1"), id, KEY);
        assertThat(intents.underWay(id)).isEqualTo(1);

        intents.withdraw(List.of(intent));

        assertThat(intents.underWay(id)).isZero();
        assertThat(suspects()).isEmpty();
    }

    @Test
    void severalWritesToOneRepositoryAreUnderWay() throws Exception {
        RepositoryId id = create(KEY, G1);
        ProxyLife life = join("p1");
        ProxyLife other = join("p2");

        intents.open(life, List.of(update(life, id, KEY), update(life, id, KEY)));
        opened(other, id, KEY);

        assertThat(intents.underWay(id)).isEqualTo(3);
    }

    @Test
    void whatComesOfEachIsSaidInTheirOrder() throws Exception {
        RepositoryId id = create(KEY, G1);
        ProxyLife life = join("p1");
        var fresh = creation(life, key("fresh.git"));

        List<IntentResult> results = intents.open(
                life,
                List.of(
                        creation(life, KEY),
                        update(life, id, KEY),
                        update(life, new RepositoryId(4711), key("gone.git")),
                        fresh,
                        creation(life, fresh.key()),
                        update(life, id, KEY)));

        assertThat(results.get(0)).isEqualTo(new Exists());
        assertThat(results.get(1)).isEqualTo(new Opened(id));
        assertThat(results.get(2)).isEqualTo(new Missing());
        assertThat(repositoryOf(results.get(3))).isGreaterThan(id);
        assertThat(results.get(4)).isEqualTo(new Exists());
        assertThat(results.get(5)).isEqualTo(new Opened(id));
    }

    @Test
    void nothingToOpenIsOpened() throws Exception {
        assertThat(intents.open(join("p1"), List.of())).isEmpty();
    }

    @Test
    void openingTwiceIsOpeningOnce() throws Exception {
        RepositoryId id = create(KEY, G1);
        ProxyLife life = join("p1");
        var update = update(life, id, KEY);
        var creation = creation(life, key("b.git"));
        List<IntentResult> first = intents.open(life, List.of(update, creation));

        List<IntentResult> second =
                intents(another()).open(life, List.of(creation, update, update(life, id, KEY)));

        assertThat(second).containsExactly(first.get(1), first.get(0), new Opened(id));
        assertThat(intents.underWay(id)).isEqualTo(2);
    }

    @Test
    void aCreationReservesItsName() throws Exception {
        ProxyLife life = join("p1");
        ProxyLife other = join("p2");
        RepositoryId first = repositoryOf(open(life, creation(life, KEY)));

        assertThat(open(other, creation(other, KEY))).isEqualTo(new Exists());
        assertThat(open(life, creation(life, KEY))).isEqualTo(new Exists());
        RepositoryKey elsewhere = new RepositoryKey(OTHER, KEY.relativePath());
        assertThat(repositoryOf(open(other, creation(other, elsewhere)))).isNotEqualTo(first);
        assertThat(datastore.repositories().exists(KEY)).isFalse();
    }

    @Test
    void aNumberIsNeverGivenTwice() throws Exception {
        ProxyLife life = join("p1");
        var creation = creation(life, KEY);
        RepositoryId first = repositoryOf(open(life, creation));
        intents.withdraw(List.of(creation.id()));

        RepositoryId second = repositoryOf(open(life, creation(life, KEY)));
        RepositoryId third = datastore.repositories().reserve(key("b.git"));

        assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
    }

    @Test
    void theNameOfARepositoryIsNotReserved() throws Exception {
        create(KEY, G1);
        ProxyLife life = join("p1");

        assertThat(open(life, creation(life, KEY))).isEqualTo(new Exists());
    }

    @Test
    void aCreationWhoseProxyDiedGivesTheNameFree() throws Exception {
        ProxyLife mortal = join("p1");
        var before = creation(mortal, KEY);
        RepositoryId first = repositoryOf(open(mortal, before));
        letAllDie();
        ProxyLife life = join("p2");
        var after = creation(life, KEY);

        RepositoryId second = repositoryOf(open(life, after));

        assertThat(second).isNotEqualTo(first);
        assertThat(open(life, creation(life, KEY))).isEqualTo(new Exists());
        assertThat(suspectIds()).as("its files are not removed yet").containsExactly(before.id());
        letAllDie();
        assertThat(suspectIds()).containsExactly(before.id(), after.id());
    }

    @Test
    void whoIsBackLosesTheNameOnlyToSomebodyWhoTookIt() throws Exception {
        ProxyLife life = join("p1");
        var lost = creation(life, KEY);
        var kept = creation(life, key("b.git"));
        List<IntentResult> first = intents.open(life, List.of(lost, kept));
        letAllDie();
        ProxyLife other = join("p2");
        open(other, creation(other, KEY));

        intents.renew(life, LEASE);

        assertThat(intents.open(life, List.of(lost, kept))).containsExactly(new Exists(), first.get(1));
        assertThat(open(other, creation(other, kept.key()))).isEqualTo(new Exists());
    }

    @Test
    void nothingIsOpenedForALifeThatHasEnded() throws Exception {
        RepositoryId id = create(KEY, G1);
        ProxyLife life = join("p1");
        IntentId before = opened(life, id, KEY);
        letAllDie();

        List<IntentResult> results =
                intents.open(life, List.of(update(life, id, KEY), creation(life, key("b.git"))));

        assertThat(results).containsExactly(new LifeEnded(), new LifeEnded());
        assertThat(suspectIds()).containsExactly(before);
    }

    @Test
    void onlyWhatIsOpenIsWithdrawn() throws Exception {
        RepositoryId id = create(KEY, G1);
        ProxyLife life = join("p1");
        IntentId recorded = opened(life, id, KEY);
        var record = ending(recorded, update(id, KEY, Set.of(G1)));
        var before = record(record);

        intents.withdraw(List.of(recorded, nextId(life)));
        intents.withdraw(List.of());

        assertThat(record(record)).isEqualTo(before);
    }

    @Test
    void whatIsWithdrawnIsNotOpenedByACallThatCameLater() throws Exception {
        RepositoryId id = create(KEY, G1);
        ProxyLife life = join("p1");
        var before = update(life, id, KEY);
        var after = update(life, id, KEY);
        var creation = creation(life, key("new.git"));
        open(life, before);

        intents.withdraw(List.of(after.id(), before.id(), creation.id()));

        assertThat(intents.open(life, List.of(before, after, creation))).containsOnly(new IntentResult.Held());
        assertThat(intents.underWay(id)).isZero();
        assertThat(open(life, creation(life, key("new.git")))).isInstanceOf(Opened.class);
    }

    @Test
    void aRepositoryThatIsRemovedTakesItsIntentsWithIt() throws Exception {
        RepositoryId id = create(KEY, G1);
        ProxyLife life = join("p1");
        opened(life, id, KEY);
        var update = update(life, id, KEY);

        datastore.repositories().remove(KEY);

        assertThat(intents.underWay(id)).isZero();
        assertThat(open(life, update)).isEqualTo(new Missing());
        letAllDie();
        assertThat(suspects()).isEmpty();
    }

    @Test
    void aVirtualStorageThatIsRemovedTakesItsIntentsWithIt() throws Exception {
        RepositoryId id = create(KEY, G1);
        opened(join("p1"), id, KEY);

        datastore.repositories().removeAll(DEFAULT);

        letAllDie();
        assertThat(suspects()).isEmpty();
    }

    @Test
    void manyAreOpenedTogether() throws Exception {
        RepositoryId id = create(KEY, G1);
        ProxyLife life = join("p1");
        var all = new ArrayList<NewIntent>();
        for (int i = 0; i < 100; i++) {
            all.add(update(life, id, KEY));
            all.add(creation(life, key("@hashed/aa/bb/%064d.git".formatted(i))));
        }

        assertThat(intents.open(life, all)).hasSize(200).allMatch(Opened.class::isInstance);
        assertThat(intents.underWay(id)).isEqualTo(100);
        intents.withdraw(all.stream().map(NewIntent::id).toList());
        assertThat(intents.underWay(id)).isZero();
    }

    @Test
    void ofSeveralCreationsOfANameAtTheSameTimeOneIsOpened() throws Exception {
        var other = another();
        var creators = new ArrayList<Callable<List<IntentResult>>>();
        for (int i = 0; i < 4; i++) {
            Datastore proxy = i % 2 == 0 ? datastore : other;
            ProxyLife life = intents(proxy).join(new ProxyIdentity("p" + i, "host"), LEASE);
            var first = creation(life, key("a.git"));
            var second = creation(life, key("b.git"));
            var both = i < 2 ? List.<NewIntent>of(first, second) : List.<NewIntent>of(second, first);
            creators.add(() -> intents(proxy).open(life, both));
        }

        List<IntentResult> results =
                Concurrently.run(creators).stream().flatMap(List::stream).toList();

        assertThat(results.stream().filter(Opened.class::isInstance)).hasSize(2);
        assertThat(results.stream().filter(Exists.class::isInstance)).hasSize(6);
    }
}
