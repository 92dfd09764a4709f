package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.SuspectWrite;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/// The rules of writes that a proxy left behind: [io.quaestor.spi.datastore.Intents#suspects] and
/// [io.quaestor.spi.datastore.Placement#suspect()].
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class SuspectWritesConformance extends IntentStoreConformance {

    private static final RepositoryKey A = key("a.git");
    private static final RepositoryKey B = key("b.git");

    @Test
    void aWriteOfALivingProxyIsNotSuspect() throws Exception {
        RepositoryId id = create(A, G1, G2);
        opened(join("p1"), id, A);

        assertThat(suspects()).isEmpty();
        assertThat(placement(id).suspect()).isEmpty();
        assertThat(placement(id).upToDate()).containsExactly(G1, G2);
    }

    @Test
    void aWriteWhoseProxyDiedIsSuspect() throws Exception {
        RepositoryId id = create(A, G1, G2);
        IntentId intent = leftBehind(id, A);

        assertThat(suspects()).singleElement().satisfies(suspect -> {
            assertThat(suspect.intent()).isEqualTo(intent);
            assertThat(suspect.repository()).isEqualTo(id);
            assertThat(suspect.key()).isEqualTo(A);
            assertThat(suspect.creation()).isFalse();
        });
        assertThat(intents(another()).suspects(RIPENESS, 100)).isEqualTo(suspects());
    }

    @Test
    void onlyThePrimaryOfASuspectRepositoryIsUpToDate() throws Exception {
        RepositoryId id = create(A, G1, G2);
        RepositoryId other = create(B, G1, G2);
        leftBehind(id, A);

        assertThat(placement(id).suspect()).contains(suspects().getFirst().since());
        assertThat(datastore.placements().find(A)).contains(placement(id));
        assertThat(placement(id).upToDate()).containsExactly(G1);
        assertThat(placement(other).suspect()).isEmpty();
    }

    @Test
    void aSuspectRepositoryKeepsItsPrimary() throws Exception {
        RepositoryId id = create(A, G1, G2);
        var change = new PrimaryChange(id, Optional.of(G1), G2, new Generation(0));
        IntentId intent = leftBehind(id, A);

        assertThat(datastore.primaries().replace(change)).isFalse();
        assertThat(placement(id).primary()).contains(G1);

        intents.withdraw(List.of(intent));
        assertThat(datastore.primaries().replace(change)).isTrue();
    }

    @Test
    void aCreationWhoseProxyDiedIsListedAndMakesNoRepositorySuspect() throws Exception {
        ProxyLife mortal = join("p1");
        var creation = creation(mortal, A);
        RepositoryId number = repositoryOf(open(mortal, creation));
        letAllDie();
        RepositoryId id = create(A, G1, G2); // by somebody who keeps no intents

        assertThat(suspects()).singleElement().satisfies(suspect -> {
            assertThat(suspect.intent()).isEqualTo(creation.id());
            assertThat(suspect.repository()).isEqualTo(number).isNotEqualTo(id);
            assertThat(suspect.key()).isEqualTo(A);
            assertThat(suspect.creation()).isTrue();
        });
        assertThat(placement(id).suspect()).isEmpty();
    }

    @Test
    void aCreationIsListedUntilItIsAbandoned() throws Exception {
        RepositoryId id = create(B, G1);
        ProxyLife mortal = join("p1");
        var creation = creation(mortal, A);
        open(mortal, creation);
        IntentId update = opened(mortal, id, B);
        letAllDie();

        intents.abandon(creation.id());
        intents.abandon(creation.id());
        intents.abandon(update);

        assertThat(suspectIds()).containsExactly(update);
    }

    @Test
    void theWritesOfAProxyThatIsBackAreSuspectAtOnce() throws Exception {
        RepositoryId id = create(A, G1);
        IntentId intent = opened(join("p1"), id, A);

        join("p1");

        assertThat(suspectIds()).containsExactly(intent);
        assertThat(placement(id).suspect()).isPresent();
    }

    @Test
    void theFirstEndOfALifeCounts() throws Exception {
        RepositoryId id = create(A, G1);
        leftBehind(id, A);
        var since = suspects().getFirst().since();

        join("mortal");

        assertThat(suspects()).extracting(SuspectWrite::since).containsExactly(since);
        assertThat(placement(id).suspect()).contains(since);
    }

    @Test
    void theOldestComesFirst() throws Exception {
        RepositoryId a = create(A, G1);
        RepositoryId b = create(B, G1);
        IntentId later = opened(join("p1"), a, A);
        IntentId earlier = opened(join("p2"), b, B);
        join("p2");
        letAllDie();

        assertThat(suspectIds()).containsExactly(earlier, later);
        assertThat(suspects().getFirst().since())
                .isBefore(suspects().getLast().since());
        assertThat(intents.suspects(RIPENESS, 1))
                .containsExactly(suspects().getFirst());
    }

    @Test
    void aRepositoryIsSuspectSinceTheFirstWriteThatWasLeftBehind() throws Exception {
        RepositoryId id = create(A, G1);
        opened(join("p1"), id, A);
        opened(join("p2"), id, A);
        join("p2");
        letAllDie();

        assertThat(suspects()).hasSize(2);
        assertThat(placement(id).suspect()).contains(suspects().getFirst().since());
    }

    @Test
    void aWriteIsRipeAWhileAfterTheEndOfTheLease() throws Exception {
        leftBehind(create(A, G1), A);
        letTimePass(RIPENESS.afterLease().minusSeconds(60));
        assertThat(suspects()).noneMatch(SuspectWrite::ripe);

        letTimePass(Duration.ofMinutes(2));

        assertThat(suspects()).hasSize(1).allMatch(SuspectWrite::ripe);
    }

    @Test
    void aWriteIsRipeAWhileAfterItsProxyIsBack() throws Exception {
        RepositoryId id = create(A, G1);
        opened(join("p1"), id, A);
        join("p1");
        assertThat(suspects()).noneMatch(SuspectWrite::ripe);

        letTimePass(RIPENESS.afterReturn().plusSeconds(1));

        assertThat(suspects()).hasSize(1).allMatch(SuspectWrite::ripe);
    }

    @Test
    void aProxyThatIsBackAfterItsLeaseMakesItsWritesRipeSooner() throws Exception {
        leftBehind(create(A, G1), A);
        join("mortal");
        assertThat(suspects()).noneMatch(SuspectWrite::ripe);

        letTimePass(RIPENESS.afterReturn().plusSeconds(1));

        assertThat(suspects()).hasSize(1).allMatch(SuspectWrite::ripe);
    }

    @Test
    void theSameNameOnAnotherHostProvesNothing() throws Exception {
        leftBehind(create(A, G1), A);
        intents.join(new ProxyIdentity("mortal", "host-2"), LEASE);

        letTimePass(RIPENESS.afterReturn().plusSeconds(1));

        assertThat(suspects()).hasSize(1).noneMatch(SuspectWrite::ripe);
    }

    @Test
    void aWriteIsNotRipeWhileAnotherToItsRepositoryIsNot() throws Exception {
        RepositoryId a = create(A, G1);
        RepositoryId b = create(B, G1);
        ProxyLife first = join("p1");
        opened(first, a, A);
        IntentId alone = opened(first, b, B);
        letTimePass(RIPENESS.afterLease());
        opened(join("p2"), a, A);
        letAllDie();

        assertThat(suspects()).hasSize(3);
        assertThat(suspects().stream().filter(SuspectWrite::ripe))
                .extracting(SuspectWrite::intent)
                .containsExactly(alone);
    }

    @Test
    void aWriteIsNotSuspectAnyMoreIfItsProxyIsThereAgain() throws Exception {
        RepositoryId id = create(A, G1);
        ProxyLife life = join("p1");
        opened(life, id, A);
        letAllDie();
        assertThat(placement(id).suspect()).isPresent();

        intents.renew(life, LEASE);

        assertThat(suspects()).isEmpty();
        assertThat(placement(id).suspect()).isEmpty();
        assertThat(intents.underWay(id)).isEqualTo(1);
    }

    @Test
    void aWriteThatIsRecordedOrWithdrawnIsNotSuspectAnyMore() throws Exception {
        RepositoryId a = create(A, G1);
        RepositoryId b = create(B, G1);
        ProxyLife life = join("p1");
        IntentId recorded = opened(life, a, A);
        IntentId withdrawn = opened(life, b, B);
        letAllDie();

        record(ending(recorded, update(a, A, Set.of(G1))));
        intents.withdraw(List.of(withdrawn));

        assertThat(suspects()).isEmpty();
        assertThat(placement(a).suspect()).isEmpty();
        assertThat(placement(b).suspect()).isEmpty();
    }

    @Test
    void onlyThePrimaryOfASuspectRepositoryIsCopiedFrom() throws Exception {
        RepositoryId a = create(A, G1, G2);
        create(B, G1, G2);
        leftBehind(a, A);
        var reachable = Map.of(DEFAULT, Set.of(G2, G3));
        var all = Map.of(DEFAULT, Set.of(G1, G2, G3));

        var withoutPrimary = datastore.replicationJobs().addMissing(reachable);
        var withPrimary = datastore.replicationJobs().addMissing(all);

        assertThat(withoutPrimary).extracting(job -> job.key()).containsExactly(B);
        assertThat(withPrimary).singleElement().satisfies(job -> {
            assertThat(job.key()).isEqualTo(A);
            assertThat(job.source()).contains(G1);
            assertThat(job.target()).isEqualTo(G3);
        });
    }

    @Test
    void noReplicaOfASuspectRepositoryIsSuperfluous() throws Exception {
        RepositoryId id = repository(A, Map.of(G1, 0L, G2, 0L), Set.of(G1));
        leftBehind(id, A);

        assertThat(datastore.replicationJobs().addMissing(Map.of(DEFAULT, Set.of(G1, G2, G3))))
                .isEmpty();
    }
}
