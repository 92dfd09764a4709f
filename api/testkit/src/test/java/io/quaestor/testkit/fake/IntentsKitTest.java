package io.quaestor.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.CopyResult;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.Ripeness;
import io.quaestor.spi.datastore.Settlement;
import io.quaestor.spi.datastore.SuspectWrite;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteTurn;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.testkit.conformance.DatastoreConformance;
import io.quaestor.testkit.conformance.DatastoreHarness;
import io.quaestor.testkit.conformance.DatastoreLifeConformance;
import io.quaestor.testkit.conformance.Failures;
import io.quaestor.testkit.conformance.IntentRecordsConformance;
import io.quaestor.testkit.conformance.IntentsConformance;
import io.quaestor.testkit.conformance.ProxyLivesConformance;
import io.quaestor.testkit.conformance.RecoveryConformance;
import io.quaestor.testkit.conformance.SuspectWritesConformance;
import io.quaestor.testkit.conformance.WriteTurnsConformance;
import io.quaestor.testkit.fake.BrokenDatastore.Wrong;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The kits around intents have teeth: each finds implementations that do one thing wrong.
class IntentsKitTest {

    private static DatastoreHarness harness(String method, Wrong wrong) {
        return new InMemoryHarness(sound -> BrokenDatastore.of(sound, method, wrong));
    }

    @Test
    void aDatastoreThatForgetsOnWhichHostAProxyIsIsFound() {
        assertThat(Failures.of(ForgetsTheHost.class)).contains("anotherProxyOrTheSameNameOnAnotherHostEndsNothing");
    }

    static class ForgetsTheHost extends ProxyLivesConformance {
        @Override
        protected DatastoreHarness harness() {
            return IntentsKitTest.harness("join", (right, arguments) -> right.call(
                    new ProxyIdentity(((ProxyIdentity) arguments[0]).name(), "any"), arguments[1]));
        }
    }

    @Test
    void aDatastoreThatSaysThatEveryLifeIsRenewedIsFound() {
        assertThat(Failures.of(RenewsAll.class))
                .contains("aProxyThatIsBackOnItsHostHasEndedItsEarlierLives", "aLifeThatIsNotKnownIsNotRenewed");
    }

    static class RenewsAll extends ProxyLivesConformance {
        @Override
        protected DatastoreHarness harness() {
            return IntentsKitTest.harness("renew", (right, arguments) -> {
                right.call(arguments);
                return true;
            });
        }
    }

    @Test
    void aDatastoreThatOpensAnIntentWheneverItIsAskedIsFound() {
        assertThat(Failures.of(OpensAnew.class)).contains("openingTwiceIsOpeningOnce");
    }

    static class OpensAnew extends IntentsConformance {
        private int count;

        @Override
        protected DatastoreHarness harness() {
            return IntentsKitTest.harness("open", (right, arguments) -> {
                var life = (ProxyLife) arguments[0];
                var renamed = new ArrayList<NewIntent>();
                for (Object intent : (List<?>) arguments[1]) {
                    renamed.add(renamed(IntentId.of(life, 1_000_000 + count++), (NewIntent) intent));
                }
                return right.call(life, renamed);
            });
        }

        private static NewIntent renamed(IntentId id, NewIntent intent) {
            return switch (intent) {
                case NewIntent.Update u ->
                    new NewIntent.Update(id, u.repository(), u.key(), u.expected(), u.transaction());
                case NewIntent.Creation c -> new NewIntent.Creation(id, c.key(), c.transaction());
            };
        }
    }

    @Test
    void aDatastoreThatForgetsACreationWhoseNameIsGivenToAnotherIsFound() {
        assertThat(Failures.of(ForgetsTheOrphan.class)).contains("aCreationWhoseProxyDiedGivesTheNameFree");
    }

    static class ForgetsTheOrphan extends IntentsConformance {
        @Override
        protected DatastoreHarness harness() {
            return IntentsKitTest.harness("suspects", (right, arguments) -> {
                var newest = new ArrayList<SuspectWrite>();
                for (Object each : (List<?>) right.call(arguments)) {
                    newest.removeIf(other -> other.key().equals(((SuspectWrite) each).key()));
                    newest.add((SuspectWrite) each);
                }
                return newest;
            });
        }
    }

    @Test
    void aDatastoreThatTakesEverythingForRipeIsFound() {
        assertThat(Failures.of(Hasty.class))
                .contains("aWriteIsRipeAWhileAfterTheEndOfTheLease", "aWriteIsRipeAWhileAfterItsProxyIsBack");
    }

    static class Hasty extends SuspectWritesConformance {
        @Override
        protected DatastoreHarness harness() {
            return IntentsKitTest.harness("suspects", (right, arguments) -> right.call(
                    new Ripeness(Duration.ZERO, Duration.ZERO), arguments[1]));
        }
    }

    @Test
    void aDatastoreThatSuspectsNobodyIsFound() {
        assertThat(Failures.of(Trusting.class))
                .contains(
                        "onlyThePrimaryOfASuspectRepositoryIsUpToDate",
                        "aRepositoryIsSuspectSinceTheFirstWriteThatWasLeftBehind");
    }

    static class Trusting extends SuspectWritesConformance {
        @Override
        protected DatastoreHarness harness() {
            return IntentsKitTest.harness("find", (right, arguments) -> ((Optional<?>) right.call(arguments))
                    .map(found -> {
                        var p = (Placement) found;
                        return new Placement(
                                p.id(), p.key(), p.path(), p.generation(), p.primary(), Optional.empty(), p.replicas());
                    }));
        }
    }

    @Test
    void aDatastoreThatHoldsNothingIsFound() {
        assertThat(Failures.of(HoldsNothing.class))
                .contains("aHeldRepositoryTakesNoWrites", "oneProxyAtATimeHoldsARepository");
    }

    static class HoldsNothing extends RecoveryConformance {
        @Override
        protected DatastoreHarness harness() {
            return IntentsKitTest.harness("hold", (_, _) -> true);
        }
    }

    @Test
    void aDatastoreThatTakesAllReplicasForEqualIsFound() {
        assertThat(Failures.of(AllEqual.class)).contains("aSettlementCountsOneGenerationForThoseThatAreEqual");
    }

    static class AllEqual extends RecoveryConformance {
        @Override
        protected DatastoreHarness harness() {
            return IntentsKitTest.harness("settle", (right, arguments) -> {
                var s = (Settlement) arguments[1];
                var all = new HashSet<>(s.equal());
                all.addAll(s.different());
                return right.call(
                        arguments[0],
                        new Settlement(s.repository(), s.key(), s.reference(), all, Set.of(), s.correlationId()));
            });
        }
    }

    @Test
    void aDatastoreThatDoesNotEndIntentsWithTheirRecordIsFound() {
        assertThat(Failures.of(IgnoresIntents.class))
                .contains(
                        "aRecordEndsItsIntentAndNoOther",
                        "aRecordThatIsRepeatedCountsOnceAndIsAnsweredAsBefore",
                        "aRecordThatWasSettledCountsNothingAndMakesItsRepositorySuspectOnceMore");
    }

    static class IgnoresIntents extends IntentRecordsConformance {
        @Override
        protected DatastoreHarness harness() {
            return IntentsKitTest.harness("record", (right, arguments) -> {
                var stripped = new ArrayList<WriteRecord>();
                for (Object record : (List<?>) arguments[0]) {
                    stripped.add(stripped((WriteRecord) record));
                }
                return right.call(stripped);
            });
        }

        private static WriteRecord stripped(WriteRecord record) {
            return switch (record) {
                case WriteRecord.Update u ->
                    new WriteRecord.Update(
                            u.id(),
                            u.key(),
                            u.primary(),
                            u.upToDate(),
                            u.outdated(),
                            u.correlationId(),
                            Optional.empty());
                case WriteRecord.Creation c ->
                    new WriteRecord.Creation(
                            c.id(),
                            c.key(),
                            c.path(),
                            c.primary(),
                            c.upToDate(),
                            c.outdated(),
                            c.assign(),
                            c.correlationId(),
                            Optional.empty());
            };
        }
    }

    @Test
    void aDatastoreThatRecordsCopiesWhileAWriteIsUnderWayIsFound() {
        assertThat(Failures.of(CopiesAnyway.class)).contains("aCopyDoesNotCountWhileAWriteIsUnderWay");
    }

    static class CopiesAnyway extends IntentRecordsConformance {
        @Override
        protected DatastoreHarness harness() {
            return IntentsKitTest.harness("recordCopy", (right, arguments) -> {
                Object result = right.call(arguments);
                return result == CopyResult.WRITE_UNDER_WAY ? CopyResult.RECORDED : result;
            });
        }
    }

    @Test
    void aDatastoreThatOpensWhatIsTakenIsFound() {
        assertThat(Failures.of(SharesNames.class))
                .contains("aCreationReservesItsName", "ofSeveralCreationsOfANameAtTheSameTimeOneIsOpened");
    }

    static class SharesNames extends IntentsConformance {
        @Override
        protected DatastoreHarness harness() {
            return IntentsKitTest.harness("open", (right, arguments) -> {
                var results = new ArrayList<Object>();
                for (Object result : (List<?>) right.call(arguments)) {
                    results.add(
                            result instanceof IntentResult.Exists
                                    ? new IntentResult.Opened(new RepositoryId(4711))
                                    : result);
                }
                return results;
            });
        }
    }

    @Test
    void aDatastoreThatLetsAnybodyEndATurnIsFound() {
        assertThat(Failures.of(AnybodysTurn.class)).contains("nobodyElseEndsATurn");
    }

    static class AnybodysTurn extends WriteTurnsConformance {
        private WriteTurn last = new WriteTurn(new RepositoryId(1), new ProxyLife(1), 1);

        @Override
        protected DatastoreHarness harness() {
            return new InMemoryHarness(sound -> BrokenDatastore.of(
                    BrokenDatastore.of(sound, "take", (right, arguments) -> {
                        last = arguments[0] instanceof WriteTurn turn ? turn : last;
                        return right.call(arguments);
                    }),
                    "end",
                    (right, arguments) -> right.call(arguments[0] instanceof WriteTurn ? last : arguments[0])));
        }
    }

    @Test
    void aDatastoreWithoutIntentsPassesIfItsHarnessSaysSo() {
        assertThat(Failures.of(WithoutIntents.class)).isEmpty();
        assertThat(Failures.of(SecretlyWithoutIntents.class))
                .contains("intentsAndTurnsAreKeptOrTheHarnessSaysThatTheyAreNot");
    }

    static class WithoutIntents extends DatastoreConformance {
        @Override
        protected DatastoreHarness harness() {
            return new InMemoryHarness(sound -> ((InMemoryDatastore) sound).joinWithoutIntents()) {
                @Override
                public boolean keepsIntents() {
                    return false;
                }
            };
        }
    }

    static class SecretlyWithoutIntents extends DatastoreLifeConformance {
        @Override
        protected DatastoreHarness harness() {
            return new InMemoryHarness(sound -> ((InMemoryDatastore) sound).joinWithoutIntents());
        }
    }
}
