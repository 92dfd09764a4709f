package io.quaestor.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.CopyRecord;
import io.quaestor.spi.datastore.CopyResult;
import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.testkit.conformance.CopiesConformance;
import io.quaestor.testkit.conformance.DatastoreHarness;
import io.quaestor.testkit.conformance.DatastoreLifeConformance;
import io.quaestor.testkit.conformance.Failures;
import io.quaestor.testkit.conformance.JobWorkersConformance;
import io.quaestor.testkit.conformance.MissingJobsConformance;
import io.quaestor.testkit.conformance.NodeHealthConformance;
import io.quaestor.testkit.conformance.PlacementNewsConformance;
import io.quaestor.testkit.conformance.PlacementsConformance;
import io.quaestor.testkit.conformance.PrimariesConformance;
import io.quaestor.testkit.conformance.ReplicationJobsConformance;
import io.quaestor.testkit.conformance.RepositoriesConformance;
import io.quaestor.testkit.conformance.WritersConformance;
import io.quaestor.testkit.fake.BrokenDatastore.Wrong;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The kits of the datastore have teeth: each finds implementations that do one thing wrong.
class DatastoreKitTest {

    private static DatastoreHarness harness(String method, Wrong wrong) {
        return new InMemoryHarness(sound -> BrokenDatastore.of(sound, method, wrong));
    }

    @Test
    void aDatastoreThatForgetsRepairsIsFound() {
        assertThat(Failures.of(ForgetsRepairs.class))
                .contains("aWriteAddsARepairForWhoMissedIt", "aCreationAddsARepairForWhoMissedIt");
    }

    static class ForgetsRepairs extends RepositoriesConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreKitTest.harness("record", (right, arguments) -> {
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
                    new WriteRecord.Update(u.id(), u.key(), u.primary(), u.upToDate(), Set.of(), u.correlationId(), u.intent());
                case WriteRecord.Creation c ->
                    new WriteRecord.Creation(
                            c.id(), c.key(), c.path(), c.primary(), c.upToDate(), Set.of(), false, c.correlationId(), c.intent());
            };
        }
    }

    @Test
    void aDatastoreThatCountsAWriteTwiceIsFound() {
        assertThat(Failures.of(CountsTwice.class)).contains("aWriteAdvancesWhoHasItAndWasUpToDateBefore");
    }

    static class CountsTwice extends RepositoriesConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreKitTest.harness("record", (right, arguments) -> {
                right.call(arguments);
                return right.call(arguments);
            });
        }
    }

    @Test
    void aDatastoreThatGivesWritersTheSameGenerationIsFound() {
        assertThat(Failures.of(GivesTheSame.class)).contains("everyWriteCountsOnceAndGetsAGenerationOfItsOwn");
    }

    static class GivesTheSame extends WritersConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreKitTest.harness("record", (right, arguments) -> {
                var said = new ArrayList<WriteResult>();
                for (Object result : (List<?>) right.call(arguments)) {
                    said.add(
                            result instanceof WriteResult.Recorded recorded
                                            && recorded.generation().value() > 0
                                    ? new WriteResult.Recorded(new Generation(1))
                                    : (WriteResult) result);
                }
                return said;
            });
        }
    }

    @Test
    void aDatastoreThatRecordsEveryCopyIsFound() {
        assertThat(Failures.of(RecordsEveryCopy.class)).contains("aCopyDoesNotCountIfTheReplicaChangedSinceItBegan");
    }

    static class RecordsEveryCopy extends CopiesConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreKitTest.harness("recordCopy", (right, arguments) -> {
                var copy = (CopyRecord) arguments[0];
                for (long before = -1; before < 5; before++) {
                    var any = new CopyRecord(
                            copy.repository(), copy.target(), new Generation(before), copy.reached());
                    if (right.call(any) == CopyResult.RECORDED) {
                        return CopyResult.RECORDED;
                    }
                }
                return CopyResult.CHANGED;
            });
        }
    }

    @Test
    void aDatastoreThatKeepsPlacementsForEverIsFound() {
        assertThat(Failures.of(KeepsPlacements.class)).contains("aReplicaIsLeavingAsLongAsAJobIsToDeleteIt");
    }

    static class KeepsPlacements extends PlacementsConformance {
        @Override
        protected DatastoreHarness harness() {
            var kept = new HashMap<Object, Object>();
            return DatastoreKitTest.harness("find", (right, arguments) -> {
                if (!kept.containsKey(arguments[0])) {
                    kept.put(arguments[0], right.call(arguments));
                }
                return kept.get(arguments[0]);
            });
        }
    }

    @Test
    void aDatastoreThatTellsNewsAfterItsEndIsFound() {
        assertThat(Failures.of(ForgetsListeners.class)).contains("whoHasClosedHearsNothing");
    }

    static class ForgetsListeners extends PlacementNewsConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreKitTest.harness("close", (_, _) -> null);
        }
    }

    @Test
    void aDatastoreThatReplacesAnyPrimaryIsFound() {
        assertThat(Failures.of(ReplacesAny.class))
                .contains(
                        "thePrimaryIsKeptIfSomebodyElseWasFaster",
                        "ofSeveralAtTheSameTimeExactlyOneReplacesThePrimary");
    }

    static class ReplacesAny extends PrimariesConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreKitTest.harness("replace", (right, arguments) -> {
                var change = (PrimaryChange) arguments[0];
                right.call(change);
                return true;
            });
        }
    }

    @Test
    void aQueueThatGivesFailedJobsOutAtOnceIsFound() {
        assertThat(Failures.of(NeverRests.class)).contains("aJobThatFailedRestsAndDoesNotHoldUpOthers");
    }

    static class NeverRests extends ReplicationJobsConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreKitTest.harness("take", (right, arguments) -> {
                var request = (JobRequest) arguments[0];
                return right.call(new JobRequest(
                        request.target(), request.count(), Duration.ZERO));
            });
        }
    }

    @Test
    void aQueueThatForgetsDeletionsIsFound() {
        assertThat(Failures.of(Forgets.class)).contains("aDeletionIsNeverForgotten", "aJobIsTriedThreeTimes");
    }

    static class Forgets extends ReplicationJobsConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreKitTest.harness("end", (right, arguments) -> right.call(
                    arguments[0], arguments[1] == JobOutcome.FAILED ? JobOutcome.DROPPED : arguments[1]));
        }
    }

    @Test
    void aQueueThatLetsAnybodyEndAJobIsFound() {
        assertThat(Failures.of(Unfenced.class)).contains("whoLostAJobCanNeitherEndNorKeepIt");
    }

    static class Unfenced extends JobWorkersConformance {
        private final Map<Long, ReplicationJob> holders = new HashMap<>();

        @Override
        protected DatastoreHarness harness() {
            return new InMemoryHarness(sound -> BrokenDatastore.of(
                    BrokenDatastore.of(sound, "take", this::remember), "end", (right, arguments) -> right.call(
                            holders.get(((ReplicationJob) arguments[0]).id()), arguments[1])));
        }

        private synchronized Object remember(BrokenDatastore.Right right, Object[] arguments) throws Throwable {
            Object taken = right.call(arguments);
            ((List<?>) taken).forEach(job -> holders.put(((ReplicationJob) job).id(), (ReplicationJob) job));
            return taken;
        }
    }

    @Test
    void aQueueThatNeverFreesJobsOfTheDeadIsFound() {
        assertThat(Failures.of(NeverFrees.class))
                .contains("theJobOfAWorkerThatDiedIsTakenAgain", "theJobOfAWorkerThatLivesIsKept");
    }

    static class NeverFrees extends JobWorkersConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreKitTest.harness("releaseStale", (_, _) -> 0);
        }
    }

    @Test
    void aDatastoreThatRepairsWhomItDoesNotReachIsFound() {
        assertThat(Failures.of(IgnoresReach.class)).contains("addsWhatIsMissing");
    }

    static class IgnoresReach extends MissingJobsConformance {
        @Override
        protected DatastoreHarness harness() {
            var all = Set.of(new StorageName("gitaly-1"), new StorageName("gitaly-2"), new StorageName("gitaly-3"));
            return DatastoreKitTest.harness(
                    "addMissing", (right, _) -> right.call(Map.of(new VirtualStorage("default"), all)));
        }
    }

    @Test
    void aDatastoreThatBelievesTheLastReportIsFound() {
        assertThat(Failures.of(BelievesTheLast.class))
                .contains("halfOfTheProxiesIsEnough")
                .doesNotContain("aNodeThatIsReachedIsHealthyAndAnotherIsNot");
    }

    static class BelievesTheLast extends NodeHealthConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreKitTest.harness("report", (right, arguments) -> right.call("everybody", arguments[1]));
        }
    }

    @Test
    void aDatastoreThatDoesNotEndIsFound() {
        assertThat(Failures.of(NeverEnds.class)).contains("aDatastoreThatIsClosedSaysSo");
    }

    static class NeverEnds extends DatastoreLifeConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreKitTest.harness("close", (_, _) -> null);
        }
    }
}
