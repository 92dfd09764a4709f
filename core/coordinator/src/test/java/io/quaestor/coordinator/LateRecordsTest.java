package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.CopyRecord;
import io.quaestor.spi.datastore.CopyResult;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.model.Generation;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What could not be told the datastore in time is told it later: nobody else would do it as long as this proxy lives. P2.
class LateRecordsTest {

    private static final String UNAVAILABLE = "UNAVAILABLE: increment generation: planned fault in RECORD";

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    LateRecordsTest() throws InterruptedException {}

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aWriteIsRecordedWhenTheDatastoreIsBackThoughItsClientWasToldThatItFailed(Fault fault)
            throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = writtenWithout("g3", fault);
        assertThat(call.told()).isNotEqualTo("pass").isNotEqualTo("waits");

        proxy.advance(Duration.ofMinutes(1));
        proxy.datastore.endOutage();
        proxy.advance(Duration.ofSeconds(1));

        assertThat(proxy.generations()).isEqualTo("6: g1=6 g2=6 g3=5"); // once
        assertThat(proxy.jobs()).isEqualTo("g1→g3");
        assertThat(proxy.rings).containsExactly("g3");
        assertThat(proxy.openIntents()).isZero();
    }

    @Test
    void readsKeepAwayFromWhoMissesAWriteUntilItsRecordIsMade() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        writtenWithout("g3", Fault.UNCHANGED);
        proxy.datastore.endOutage();
        proxy.renewLease(); // the repository is suspect no longer, and the record is tried again in a moment

        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g2");

        proxy.advance(Duration.ofSeconds(1));
        assertThat(proxy.generations()).isEqualTo("6: g1=6 g2=6 g3=5");
        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g2");
    }

    @Test
    void noRepairCountsBeforeTheRecordIsMade() throws InterruptedException {
        var id = proxy.repository("g1", 5, 5, 4);
        writtenWithout("g2", Fault.UNCHANGED);
        proxy.datastore.endOutage();

        var copy = new CopyRecord(id, ProxyFixture.STORAGES.get(2), new Generation(4), new Generation(5));
        assertThat(proxy.memory.repositories().recordCopy(copy)).isEqualTo(CopyResult.WRITE_UNDER_WAY);
    }

    @Test
    void aStopWaitsForALateRecord() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        writtenWithout("g3", Fault.UNCHANGED);
        assertThat(proxy.coordinator.awaitRecords(Duration.ZERO)).isFalse();

        proxy.datastore.endOutage();
        proxy.advance(Duration.ofSeconds(1));

        assertThat(proxy.coordinator.awaitRecords(Duration.ZERO)).isTrue();
    }

    @Test
    void whatWasNotRecordedInThisLifeIsLeftToTheOthers() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        writtenWithout("g3", Fault.UNCHANGED);
        for (int i = 0; i < 300; i++) {
            proxy.datastore.fail(Operation.RECORD, Fault.UNCHANGED);
        }
        proxy.datastore.endOutage();
        proxy.memory.intents().orElseThrow().join(new ProxyIdentity("proxy", "host"), Duration.ofSeconds(5));

        proxy.advance(Duration.ofMinutes(1));

        assertThat(proxy.placement().suspect()).isPresent(); // whoever recovers it compares the replicas
        assertThat(proxy.coordinator.awaitRecords(Duration.ZERO)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = {"UNCHANGED", "IN_DOUBT_BEFORE", "IN_DOUBT_AFTER"})
    void anIntentThatCouldNotBeWithdrawnIsWithdrawnLater(Fault fault) throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        proxy.datastore.beginOutage(fault);
        assertThat(call.end(StatusCode.INTERNAL, true, true)).isEqualTo("pass");
        proxy.advance(Duration.ofMinutes(1));

        proxy.datastore.endOutage();
        proxy.advance(Duration.ofSeconds(1));

        assertThat(proxy.openIntents()).isZero();
    }

    @Test
    void whereNoIntentsAreKeptACommitInDoubtIsNotRepeated() throws InterruptedException {
        var other = ProxyFixture.withoutIntents();
        other.repository("g1", 5, 5, 5);
        var call = other.call(ProxyFixture.WRITE).awaitDecision();
        other.datastore.fail(Operation.RECORD, Fault.IN_DOUBT_AFTER);

        assertThat(call.succeed()).isEqualTo(UNAVAILABLE);
        other.advance(Duration.ofMinutes(1));

        assertThat(other.generations()).isEqualTo("6: g1=6 g2=6 g3=6");
        assertThat(other.datastore.calls(Operation.RECORD)).isEqualTo(1);
    }

    /// A write whose client was told that it failed, because the datastore has been away for half a minute.
    private ScriptedExchange writtenWithout(String storage, Fault fault) throws InterruptedException {
        var call = proxy.call(ProxyFixture.WRITE).isNotReached(storage).agree('a');
        proxy.datastore.beginOutage(fault);
        call.end(StatusCode.OK, true, true);
        proxy.advance(Duration.ofSeconds(31));
        return call;
    }
}
