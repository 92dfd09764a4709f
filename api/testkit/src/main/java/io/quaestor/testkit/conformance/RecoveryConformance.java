package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.SuspectWrite;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/// The rules of ending a suspicion: [io.quaestor.spi.datastore.Intents#hold], `underWay`, `settle` and `release`.
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class RecoveryConformance extends IntentStoreConformance {

    private static final RepositoryKey A = key("a.git");
    private static final RepositoryKey B = key("b.git");

    @Test
    void aHeldRepositoryTakesNoWrites() throws Exception {
        RepositoryId a = create(A, G1);
        RepositoryId b = create(B, G1);
        leftBehind(a, A);
        ProxyLife recoverer = join("p1");
        ProxyLife writer = join("p2");

        assertThat(intents.hold(recoverer, a)).isTrue();

        assertThat(open(writer, update(writer, a, A))).isEqualTo(new IntentResult.Held());
        assertThat(open(recoverer, update(recoverer, a, A))).isEqualTo(new IntentResult.Held());
        assertThat(intents.open(writer, List.of(update(writer, b, B), update(writer, a, A), creation(writer, key("c")))))
                .extracting(Object::getClass)
                .containsExactly(IntentResult.Opened.class, IntentResult.Held.class, IntentResult.Opened.class);
        assertThat(intents.underWay(a)).isZero();
    }

    @Test
    void whatWasOpenedBeforeTheHoldIsFoundOpen() throws Exception {
        RepositoryId id = create(A, G1);
        ProxyLife writer = join("p1");
        var before = update(writer, id, A);
        open(writer, before);

        intents.hold(join("p2"), id);

        assertThat(open(writer, before)).isEqualTo(new IntentResult.Opened(id));
        assertThat(intents.underWay(id)).isEqualTo(1);
    }

    @Test
    void oneProxyAtATimeHoldsARepository() throws Exception {
        RepositoryId id = create(A, G1);
        leftBehind(id, A);
        ProxyLife first = join("p1");
        ProxyLife second = join("p2");

        assertThat(intents.hold(first, id)).isTrue();
        assertThat(intents.hold(second, id)).isFalse();
        assertThat(intents.hold(first, id)).isTrue();
        assertThat(intents.settle(second, settlement(id, A, Set.of(G1)))).isFalse();
    }

    @Test
    void aHoldOfALifeThatHasEndedIsTakenOver() throws Exception {
        RepositoryId id = create(A, G1);
        leftBehind(id, A);
        ProxyLife first = join("p1");
        intents.hold(first, id);
        letAllDie();
        ProxyLife second = join("p2");

        assertThat(open(second, update(second, id, A))).isEqualTo(new IntentResult.Held());
        assertThat(intents.hold(second, id)).isTrue();

        intents.renew(first, LEASE);
        intents.release(first, id);
        assertThat(intents.hold(first, id)).isFalse();
        assertThat(intents.settle(first, settlement(id, A, Set.of(G1)))).isFalse();
        assertThat(intents.settle(second, settlement(id, A, Set.of(G1)))).isTrue();
    }

    @Test
    void aHoldThatWasLeftBehindEndsWithTheSuspicion() throws Exception {
        RepositoryId id = create(A, G1);
        IntentId intent = leftBehind(id, A);
        intents.hold(join("p1"), id);
        letAllDie();
        ProxyLife writer = join("p2");
        assertThat(open(writer, update(writer, id, A))).isEqualTo(new IntentResult.Held());

        record(ending(intent, update(id, A, Set.of(G1)))); // it was not dead

        assertThat(open(writer, update(writer, id, A))).isEqualTo(new IntentResult.Opened(id));
    }

    @Test
    void aLifeWhoseWritesWereSettledIsNotRenewed() throws Exception {
        RepositoryId id = create(A, G1);
        ProxyLife dead = join("p1");
        ProxyLife idle = join("p2");
        opened(dead, id, A);
        letAllDie();
        ProxyLife recoverer = join("p3");
        intents.hold(recoverer, id);

        assertThat(intents.settle(recoverer, settlement(id, A, Set.of(G1)))).isTrue();

        assertThat(intents.renew(dead, LEASE)).isFalse();
        assertThat(intents.renew(idle, LEASE)).as("it left nothing behind").isTrue();
        assertThat(intents.renew(recoverer, LEASE)).isTrue();
    }

    @Test
    void aLifeThatEndedAfterTheHoldHadBegunMayGoOn() throws Exception {
        RepositoryId id = create(A, G1);
        leftBehind(id, A);
        ProxyLife late = join("p1");
        opened(late, id, A);
        ProxyLife recoverer = intents.join(new ProxyIdentity("p2", "host-1"), LEASE.multipliedBy(3));
        intents.hold(recoverer, id);
        letAllDie();

        assertThat(intents.settle(recoverer, settlement(id, A, Set.of(G1)))).isTrue();

        assertThat(placement(id).suspect()).isPresent();
        assertThat(intents.renew(late, LEASE)).isTrue();
        assertThat(placement(id).suspect()).isEmpty();
    }

    @Test
    void aCreationWhoseProxyLivesAgainIsNotAbandoned() throws Exception {
        ProxyLife life = join("p1");
        var creation = creation(life, A);
        open(life, creation);
        letAllDie();
        intents.renew(life, LEASE);

        assertThat(intents.abandon(creation.id())).isFalse();

        assertThat(open(life, creation)).isInstanceOf(IntentResult.Opened.class);
        letAllDie();
        assertThat(intents.abandon(creation.id())).isTrue();
        assertThat(intents.abandon(creation.id())).as("the second time").isTrue();
    }

    @Test
    void aLifeWhoseCreationWasAbandonedIsNotRenewed() throws Exception {
        ProxyLife dead = join("p1");
        var creation = creation(dead, A);
        open(dead, creation);
        letAllDie();

        intents.abandon(creation.id());

        assertThat(intents.renew(dead, LEASE)).isFalse();
    }

    @Test
    void aLifeThatHasEndedHoldsNothing() throws Exception {
        RepositoryId id = create(A, G1);
        ProxyLife ended = join("p1");
        letAllDie();

        assertThat(intents.hold(ended, id)).isFalse();
    }

    @Test
    void aRepositoryThatIsNotKnownIsNotHeld() throws Exception {
        assertThat(intents.hold(join("p1"), new RepositoryId(4711))).isFalse();
    }

    @Test
    void aReleasedRepositoryTakesWritesAgainAndStaysSuspect() throws Exception {
        RepositoryId id = create(A, G1);
        leftBehind(id, A);
        ProxyLife recoverer = join("p1");
        ProxyLife writer = join("p2");
        intents.hold(recoverer, id);

        intents.release(writer, id);
        assertThat(open(writer, update(writer, id, A))).isEqualTo(new IntentResult.Held());
        intents.release(recoverer, id);

        opened(writer, id, A);
        assertThat(placement(id).suspect()).isPresent();
    }

    @Test
    void whoLeavesHoldsNothingAnyMore() throws Exception {
        RepositoryId id = create(A, G1);
        leftBehind(id, A);
        ProxyLife recoverer = join("p1");
        intents.hold(recoverer, id);

        intents.leave(recoverer);

        opened(join("p2"), id, A);
    }

    @Test
    void onlyWritesOfLivingProxiesAreUnderWay() throws Exception {
        RepositoryId id = create(A, G1);
        RepositoryId other = create(B, G1);
        leftBehind(id, A);
        ProxyLife writer = join("p1");
        IntentId living = opened(writer, id, A);
        assertThat(intents.underWay(id)).isEqualTo(1);
        assertThat(intents.underWay(other)).isZero();

        intents.withdraw(List.of(living));

        assertThat(intents.underWay(id)).isZero();
    }

    @Test
    void aSettlementCountsOneGenerationForThoseThatAreEqual() throws Exception {
        RepositoryId id = create(A, G1, G2, G3);
        leftBehind(id, A);
        ProxyLife recoverer = join("p1");
        intents.hold(recoverer, id);

        assertThat(intents.settle(recoverer, settlement(id, A, Set.of(G1, G2), G3)))
                .isTrue();

        assertThat(generations(id)).isEqualTo(Map.of(G1, 1L, G2, 1L, G3, 0L));
        assertThat(placement(id).generation()).isEqualTo(new Generation(1));
        assertThat(placement(id).upToDate()).containsExactly(G1, G2);
        assertThat(placement(id).suspect()).isEmpty();
        assertThat(suspects()).isEmpty();
        opened(recoverer, id, A);
    }

    @Test
    void aSettlementRepairsTheOthersFromTheReference() throws Exception {
        RepositoryId id = repository(A, Map.of(G1, 1L, G2, 0L), Set.of());
        leftBehind(id, A);
        ProxyLife recoverer = join("p1");
        intents.hold(recoverer, id);

        intents.settle(recoverer, settlement(id, A, Set.of(G1), G2, G3));

        assertThat(generations(id)).isEqualTo(Map.of(G1, 2L, G2, 0L));
        for (var target : List.of(G2, G3)) {
            assertThat(take(target)).singleElement().satisfies(taken -> {
                assertThat(taken.job().repository()).isEqualTo(id);
                assertThat(taken.job().change()).isEqualTo(JobChange.UPDATE);
                assertThat(taken.job().source()).contains(G1);
                assertThat(taken.job().correlationId()).isEqualTo("settle-" + id);
            });
        }
        assertThat(take(G1)).isEmpty();
    }

    @Test
    void aSettlementAddsNoRepairBesideOneThatWaits() throws Exception {
        RepositoryId id = create(A, G1, G2);
        datastore.replicationJobs().add(updateJob(id, A, G1, G2));
        leftBehind(id, A);
        ProxyLife recoverer = join("p1");
        intents.hold(recoverer, id);

        intents.settle(recoverer, settlement(id, A, Set.of(G1), G2));

        assertThat(take(G2)).hasSize(1);
        assertThat(datastore.replicationJobs().add(updateJob(id, A, G1, G2)))
                .as("nothing else waits")
                .isTrue();
    }

    @Test
    void whoFellBehindBeforeStaysBehindEvenIfItIsEqual() throws Exception {
        RepositoryId id = repository(A, Map.of(G1, 1L, G2, 0L), Set.of(G1, G2));
        leftBehind(id, A);
        ProxyLife recoverer = join("p1");
        intents.hold(recoverer, id);

        assertThat(intents.settle(recoverer, settlement(id, A, Set.of(G1, G2)))).isTrue();

        assertThat(generations(id)).isEqualTo(Map.of(G1, 2L, G2, 0L));
        assertThat(take(G2)).hasSize(1);
    }

    @Test
    void whoWasNotComparedFallsBehind() throws Exception {
        RepositoryId id = repository(A, Map.of(G1, 0L, G2, 0L), Set.of(G1));
        leftBehind(id, A);
        ProxyLife recoverer = join("p1");
        intents.hold(recoverer, id);

        intents.settle(recoverer, settlement(id, A, Set.of(G1)));

        assertThat(placement(id).upToDate()).containsExactly(G1);
        assertThat(take(G2)).as("it should not have the repository").isEmpty();
    }

    @Test
    void nothingIsSettledThatIsNotHeld() throws Exception {
        RepositoryId id = create(A, G1, G2);
        leftBehind(id, A);

        assertThat(intents.settle(join("p1"), settlement(id, A, Set.of(G1), G2)))
                .isFalse();

        isUntouched(id);
    }

    @Test
    void nothingIsSettledWhileAWriteIsUnderWay() throws Exception {
        RepositoryId id = create(A, G1, G2);
        leftBehind(id, A);
        ProxyLife writer = join("p1");
        IntentId underWay = opened(writer, id, A);
        ProxyLife recoverer = join("p2");
        intents.hold(recoverer, id);

        assertThat(intents.settle(recoverer, settlement(id, A, Set.of(G1), G2)))
                .isFalse();

        isUntouched(id);
        intents.withdraw(List.of(underWay));
        assertThat(intents.settle(recoverer, settlement(id, A, Set.of(G1), G2)))
                .isTrue();
    }

    /// A repository without any up-to-date replica would be the end of it.
    @Test
    void nothingIsSettledIfNoneOfTheEqualIsUpToDate() throws Exception {
        RepositoryId id = repository(A, Map.of(G1, 1L, G2, 0L), Set.of());
        leftBehind(id, A);
        ProxyLife recoverer = join("p1");
        intents.hold(recoverer, id);

        assertThat(intents.settle(recoverer, settlement(id, A, Set.of(G2), G1))).isFalse();

        assertThat(placement(id).suspect()).isPresent();
        assertThat(generations(id)).isEqualTo(Map.of(G1, 1L, G2, 0L));
        assertThat(take(G1)).isEmpty();
    }

    private void isUntouched(RepositoryId id) throws InterruptedException {
        assertThat(placement(id).suspect()).isPresent();
        assertThat(generations(id)).isEqualTo(Map.of(G1, 0L, G2, 0L));
        assertThat(take(G2)).isEmpty();
    }

    @Test
    void whatWasLeftBehindAfterTheHoldBeganIsNotSettledWithIt() throws Exception {
        RepositoryId id = create(A, G1, G2);
        IntentId before = leftBehind(id, A);
        IntentId after = opened(join("p1"), id, A);
        ProxyLife recoverer = join("p2");
        intents.hold(recoverer, id);
        join("p1"); // its former life ends, and what it left behind may still be written

        assertThat(suspectIds()).containsExactly(before, after);
        assertThat(intents.settle(recoverer, settlement(id, A, Set.of(G1), G2)))
                .isTrue();

        assertThat(suspectIds()).containsExactly(after);
        assertThat(placement(id).suspect())
                .isEqualTo(suspects().stream().map(SuspectWrite::since).findFirst());
        assertThat(intents.hold(recoverer, id)).isTrue();
        assertThat(intents.settle(recoverer, settlement(id, A, Set.of(G1), G2)))
                .isTrue();
        assertThat(suspects()).isEmpty();
    }

    @Test
    void ofSeveralThatHoldARepositoryAtTheSameTimeExactlyOneDoes() throws Exception {
        RepositoryId id = create(A, G1);
        var other = intents(another());
        ProxyLife first = join("p1");
        ProxyLife second = join("p2");
        ProxyLife third = join("p3");

        List<Boolean> held = Concurrently.run(List.of(
                () -> intents.hold(first, id), () -> other.hold(second, id), () -> other.hold(third, id)));

        assertThat(held).containsOnlyOnce(true);
    }

    @Test
    void noWriteBeginsUnseenWhileARepositoryIsHeld() throws Exception {
        RepositoryId id = create(A, G1);
        var other = intents(another());
        ProxyLife writer = other.join(new ProxyIdentity("p1", "host"), LEASE);
        ProxyLife recoverer = join("p2");
        for (int round = 0; round < 20; round++) {
            var intent = update(writer, id, A);

            List<Boolean> found = Concurrently.run(
                    () -> other.open(writer, List.of(intent)).contains(new IntentResult.Opened(id)),
                    () -> intents.hold(recoverer, id) && intents.underWay(id) == 1);

            assertThat(found.getFirst()).as("round %d", round).isEqualTo(found.getLast());
            other.withdraw(List.of(intent.id()));
            intents.release(recoverer, id);
        }
    }

    @Test
    void ofSeveralSettlementsAtTheSameTimeOneCounts() throws Exception {
        RepositoryId id = create(A, G1, G2);
        leftBehind(id, A);
        var other = intents(another());
        ProxyLife recoverer = join("p1");
        intents.hold(recoverer, id);

        List<Boolean> settled = Concurrently.run(
                () -> intents.settle(recoverer, settlement(id, A, Set.of(G1, G2))),
                () -> other.settle(recoverer, settlement(id, A, Set.of(G1, G2))));

        assertThat(settled).containsExactlyInAnyOrder(true, false);
        assertThat(placement(id).generation()).isEqualTo(new Generation(1));
    }

    @Test
    void aRecordAndASettlementAtTheSameTimeBothKnowOfEachOther() throws Exception {
        var other = another();
        for (int round = 0; round < 10; round++) {
            RepositoryKey key = key(round + ".git");
            RepositoryId id = create(key, G1, G2);
            var record = ending(leftBehind(id, key), update(id, key, Set.of(G1, G2)));
            ProxyLife recoverer = join("recoverer");
            intents.hold(recoverer, id);

            List<Object> results = Concurrently.run(
                    () -> other.repositories().record(List.of(record)).getFirst(),
                    () -> intents.settle(recoverer, settlement(id, key, Set.of(G1, G2))));

            boolean recorded = results.getFirst().equals(new WriteResult.Recorded(new Generation(1)));
            assertThat(results.getFirst())
                    .isIn(new WriteResult.Recorded(new Generation(1)), new WriteResult.Settled());
            assertThat(results.getLast()).isEqualTo(true);
            var placement = placement(id);
            assertThat(placement.generation()).isEqualTo(new Generation(recorded ? 2 : 1));
            long generation = placement.generation().value();
            assertThat(generations(id)).isEqualTo(Map.of(G1, generation, G2, generation));
            assertThat(placement.suspect().isPresent()).isEqualTo(!recorded);
        }
    }
}
