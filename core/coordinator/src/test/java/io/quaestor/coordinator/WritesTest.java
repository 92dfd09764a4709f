package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.CopyRecord;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Writes to known repositories: RT 1.8, 3.1, 5.2; P1, P7.
class WritesTest {

    private final ProxyFixture proxy = new ProxyFixture();

    WritesTest() throws InterruptedException {}

    @Test
    void aWriteIsRecordedBeforeTheClientHearsOfIt() throws InterruptedException {
        proxy.repository("g1", 5, 5, 4);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        proxy.datastore.hold(Operation.RECORD);

        var result = call.succeed();

        while (proxy.datastore.calls(Operation.RECORD) == 0) {
            Thread.onSpinWait(); // until the record is on its way
        }
        assertThat(result.isTold()).isFalse();
        assertThat(proxy.generations()).isEqualTo("5: g1=5 g2=5 g3=4");

        proxy.datastore.release(Operation.RECORD);

        assertThat(result.await()).isEqualTo("pass");
        assertThat(proxy.generations()).isEqualTo("6: g1=6 g2=5 g3=4");
        assertThat(proxy.jobs()).isEqualTo("g1→g2 g1→g3");
        assertThat(proxy.rings).containsExactly("g2", "g3");
    }

    @ParameterizedTest(name = "{0}, reached: {1}, answered: {2} → {3}, {4}")
    @CsvSource({
        "OK,                  true,  true,  '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'",
        "FAILED_PRECONDITION, true,  true,  '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'", // it may have written before
        "UNAVAILABLE,         true,  false, '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'",
        "CANCELLED,           true,  false, '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'", // the client went
        "UNAVAILABLE,         false, false, '5: g1=5 g2=5 g3=5', ''",
    })
    void whatMayHaveBeenWrittenIsRecorded(
            StatusCode status, boolean reached, boolean answered, String generations, String jobs)
            throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);

        var told = proxy.call(ProxyFixture.WRITE).end(status, reached, answered).await();

        assertThat(told).isEqualTo("pass"); // the client is told what the node said
        assertThat(proxy.generations()).isEqualTo(generations);
        assertThat(proxy.jobs()).isEqualTo(jobs);
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "IN_DOUBT_BEFORE, 'UNAVAILABLE: increment generation: planned fault in RECORD', '5: g1=5 g2=5 g3=5'",
        "IN_DOUBT_AFTER,  'UNAVAILABLE: increment generation: planned fault in RECORD', '6: g1=6 g2=5 g3=5'",
        "REFUSED,         'INTERNAL: increment generation: planned fault in RECORD',    '5: g1=5 g2=5 g3=5'",
        "UNCHANGED,       'UNAVAILABLE: increment generation: planned fault in RECORD', '5: g1=5 g2=5 g3=5'",
    })
    void aWriteThatIsNotKnownToBeRecordedIsNotAnsweredWithOk(Fault fault, String expected, String generations)
            throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        if (fault == Fault.UNCHANGED) {
            proxy.datastore.beginOutage(fault);
        } else {
            proxy.datastore.fail(Operation.RECORD, fault);
        }

        var result = call.succeed();
        while (!result.isTold() && fault == Fault.UNCHANGED) { // which is tried again for 30 s
            proxy.clock.advance(Duration.ofMillis(250));
            Thread.onSpinWait();
        }

        assertThat(result.await()).isEqualTo(expected);
        assertThat(proxy.generations()).isEqualTo(generations);
    }

    @Test
    void memoryForgetsTheReplicasThoughTheRecordIsInDoubt() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.call(ProxyFixture.READ).awaitDecision();
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        int asked = proxy.datastore.calls(Operation.FIND);
        proxy.datastore.fail(Operation.RECORD, Fault.IN_DOUBT_BEFORE);

        call.succeed().await();
        proxy.call(ProxyFixture.READ).awaitDecision();

        assertThat(proxy.datastore.calls(Operation.FIND)).isEqualTo(asked + 1);
    }

    @Test
    void aWriteToAPrimaryThatFellBehindMeanwhileIsToBeTriedAgain() throws InterruptedException {
        var id = proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        proxy.memory.repositories().record(List.of(new WriteRecord.Update(
                id, ProxyFixture.KEY, new StorageName("g2"), Set.of(new StorageName("g2")), Set.of(), "other")));

        assertThat(call.succeed().await()).isEqualTo("UNAVAILABLE: increment generation: write to outdated nodes");
        assertThat(proxy.generations()).isEqualTo("6: g1=5 g2=6 g3=5");
    }

    @Test
    void aWriteToARepositoryThatWasRemovedMeanwhileIsNotFound() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        proxy.memory.repositories().remove(ProxyFixture.KEY);

        assertThat(call.succeed().await()).isEqualTo("NOT_FOUND: increment generation: repository not found");
    }

    @Test
    void aWriteElectsAPrimaryWhereTheStoredOneIsNotEligible() throws InterruptedException {
        proxy.repository("g1", 4, 5, 5);

        assertThat(proxy.call(ProxyFixture.WRITE).storages()).containsExactly("g2");

        assertThat(proxy.placement().primary().orElseThrow().value()).isEqualTo("g2");
    }

    @Test
    void anElectionThatAnotherProxyWonIsHeldAgain() throws InterruptedException {
        var id = proxy.repository("g1", 4, 5, 5);
        proxy.datastore.hold(Operation.REPLACE_PRIMARY);
        var call = proxy.call(ProxyFixture.WRITE);
        while (proxy.datastore.calls(Operation.REPLACE_PRIMARY) == 0) {
            Thread.onSpinWait();
        }
        proxy.memory.repositories().recordCopy(
                new CopyRecord(id, new StorageName("g1"), new Generation(4), new Generation(5)));
        proxy.memory.repositories().record(List.of(new WriteRecord.Update(
                id, ProxyFixture.KEY, new StorageName("g3"), Set.of(new StorageName("g3")), Set.of(), "other")));

        proxy.datastore.release(Operation.REPLACE_PRIMARY); // refused: there was a write since

        assertThat(call.storages()).containsExactly("g3");
    }

    @Test
    void bothRepositoriesOfAWriteLieWhereTheTargetIs() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.repository(new RepositoryKey(ProxyFixture.DEFAULT, "other.git"), "g2", 1, 1, 1);
        // FetchIntoObjectPoolRequest: the origin is field 1, the pool field 2
        var pool = Messages.field(1, Messages.repository("default", "a/b.git"));
        var origin = Messages.repository("default", "other.git");

        var destination = proxy.call(ProxyFixture.WRITE_WITH_OTHER, Messages.about(origin, pool)).destination();

        var paths = "@cluster/repositories/";
        assertThat(destination.node().storage().value()).isEqualTo("g1");
        assertThat(destination.firstMessage())
                .isEqualTo(Messages.about(
                        Messages.repository("g1", paths + 2),
                        Messages.field(1, Messages.repository("g1", paths + 1))));
    }

    @Test
    void aStopWaitsForRecords() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        proxy.datastore.hold(Operation.RECORD);
        var result = call.succeed();

        assertThat(proxy.coordinator.awaitRecords(Duration.ZERO)).isFalse();

        proxy.datastore.release(Operation.RECORD);
        result.await();
        assertThat(proxy.coordinator.awaitRecords(Duration.ofSeconds(1))).isTrue();
    }
}
