package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.CopyRecord;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import io.quaestor.transaction.VotePhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Writes to known repositories, and their records: RT 1.8, 3.1, 4.7, 5.2; P1, P7.
class WritesTest {

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    WritesTest() throws InterruptedException {}

    @Test
    void aWriteIsRecordedBeforeTheClientHearsOfIt() throws InterruptedException {
        proxy.repository("g1", 5, 5, 4);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        proxy.datastore.hold(Operation.RECORD);

        assertThat(call.succeed()).isEqualTo("waits");
        assertThat(proxy.datastore.calls(Operation.RECORD)).isEqualTo(1);
        assertThat(proxy.generations()).isEqualTo("5: g1=5 g2=5 g3=4");

        proxy.datastore.release(Operation.RECORD);

        assertThat(call.told()).isEqualTo("pass");
        assertThat(proxy.generations()).isEqualTo("6: g1=6 g2=6 g3=4");
        assertThat(proxy.jobs()).isEqualTo("g1→g3");
        assertThat(proxy.rings).containsExactly("g3");
    }

    @Test
    void theNodesOfAWriteGetTheirOwnNames() throws InterruptedException {
        proxy.repository("g2", 5, 5, 4);
        var path = proxy.placement().path().value();

        var destinations = proxy.call(ProxyFixture.WRITE).forwarding().destinations();

        assertThat(destinations).hasSize(2); // the primary first; whoever is outdated takes no part
        assertThat(destinations.get(0).firstMessage()).isEqualTo(Messages.about("g2", path));
        assertThat(destinations.get(1).firstMessage()).isEqualTo(Messages.about("g1", path));
    }

    @Test
    void aWriteThatIsNotVotedOnGoesToThePrimaryAlone() throws InterruptedException {
        proxy.repository(new RepositoryKey(ProxyFixture.DEFAULT, "a/b.git"), "g1", 5, 5, 5);
        var pool = "@pools/4e/07/4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce.git";
        var message = Messages.about(
                Messages.field(1, Messages.repository("default", pool)), Messages.repository("default", "a/b.git"));

        var call = proxy.call(ProxyFixture.WRITE_WITHOUT_VOTES, message);

        assertThat(call.storages()).containsExactly("g1");
        assertThat(call.destination().headers()).isEmpty();
    }

    @ParameterizedTest(name = "{0}, reached: {1}, answered: {2} → {3}, {4}")
    @CsvSource({
        "OK,                  true,  true,  '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'", // RT 10.2: nobody voted
        "FAILED_PRECONDITION, true,  true,  '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'", // it may have written before
        "UNAVAILABLE,         true,  false, '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'",
        "CANCELLED,           true,  false, '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'", // the client went
        "UNAVAILABLE,         false, false, '5: g1=5 g2=5 g3=5', ''",
    })
    void whatMayHaveBeenWrittenIsRecorded(
            StatusCode status, boolean reached, boolean answered, String generations, String jobs)
            throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);

        var call = proxy.call(ProxyFixture.WRITE_OUTSIDE_VOTES).awaitDecision();
        call.isNotReached("g2").isNotReached("g3");

        assertThat(call.end(status, reached, answered)).isEqualTo("pass"); // the client is told what the node said
        assertThat(proxy.generations()).isEqualTo(generations);
        assertThat(proxy.jobs()).isEqualTo(jobs);
    }

    @ParameterizedTest(name = "{0}, reached: {1}, answered: {2}")
    @CsvSource({
        "OK,                  true,  true",
        "FAILED_PRECONDITION, true,  true",
        "UNAVAILABLE,         true,  false",
        "UNAVAILABLE,         false, false",
    })
    void whereNobodyWasPermittedAnythingNothingIsRecorded(StatusCode status, boolean reached, boolean answered)
            throws InterruptedException {
        proxy.repository("g1", 5, 5, 4);

        assertThat(proxy.call(ProxyFixture.WRITE).end(status, reached, answered)).isEqualTo("pass");

        assertThat(proxy.generations()).isEqualTo("5: g1=5 g2=5 g3=4");
        assertThat(proxy.datastore.calls(Operation.RECORD)).isZero();
        assertThat(proxy.jobs()).isEmpty();
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "REFUSED,         'INTERNAL: increment generation: planned fault in RECORD', '5: g1=5 g2=5 g3=5'",
        "UNCHANGED,       pass,                                                      '6: g1=6 g2=6 g3=6'",
        "IN_DOUBT_BEFORE, pass,                                                      '6: g1=6 g2=6 g3=6'",
        "IN_DOUBT_AFTER,  pass,                                                      '6: g1=6 g2=6 g3=6'", // counts once
    })
    void aWriteThatIsNotKnownToBeRecordedIsNotAnsweredWithOk(Fault fault, String expected, String generations)
            throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        proxy.datastore.fail(Operation.RECORD, fault);

        assertThat(call.succeed()).isEqualTo(fault == Fault.REFUSED ? expected : "waits");
        assertThat(proxy.generations()).startsWith(fault == Fault.IN_DOUBT_AFTER ? "6:" : "5:");
        proxy.advance(Duration.ofMillis(250));

        assertThat(call.told()).isEqualTo(expected);
        assertThat(proxy.generations()).isEqualTo(generations);
    }

    @Test
    void theClientWaitsForTheDatastoreForHalfAMinute() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).agree('a').ok("g1").ok("g2");
        proxy.datastore.beginOutage(Fault.UNCHANGED);
        call.ok("g3");

        proxy.advance(Duration.ofSeconds(29));
        assertThat(call.told()).isEqualTo("waits");
        proxy.advance(Duration.ofSeconds(2));

        assertThat(call.told()).isEqualTo("UNAVAILABLE: increment generation: planned fault in RECORD");
    }

    @Test
    void memoryForgetsTheReplicasThoughTheRecordWasRefused() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.call(ProxyFixture.READ).awaitDecision();
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        int asked = proxy.datastore.calls(Operation.FIND);
        proxy.datastore.fail(Operation.RECORD, Fault.REFUSED);

        call.succeed();
        proxy.call(ProxyFixture.READ).awaitDecision();

        assertThat(proxy.datastore.calls(Operation.FIND)).isEqualTo(asked + 1);
    }

    @Test
    void aWriteToAPrimaryThatFellBehindMeanwhileIsToBeTriedAgain() throws InterruptedException {
        var id = proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).isNotReached("g2").isNotReached("g3");
        anotherProxyWrites(id, "g2");

        assertThat(call.succeed()).isEqualTo("UNAVAILABLE: increment generation: write to outdated nodes");
        assertThat(proxy.generations()).isEqualTo("6: g1=5 g2=6 g3=5");
        assertThat(proxy.jobs()).isEmpty();
    }

    @Test
    void aWriteToARepositoryThatWasRemovedMeanwhileIsNotFound() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        call.agree('a');
        proxy.memory.repositories().remove(ProxyFixture.KEY);

        assertThat(call.end(StatusCode.OK, true, true))
                .isEqualTo("NOT_FOUND: increment generation: repository not found");
    }

    @Test
    void aWriteElectsAPrimaryWhereTheStoredOneIsNotEligible() throws InterruptedException {
        proxy.repository("g1", 4, 5, 5);

        assertThat(proxy.call(ProxyFixture.WRITE).storages()).containsExactly("g2", "g3");

        assertThat(proxy.placement().primary().orElseThrow().value()).isEqualTo("g2");
    }

    @Test
    void anElectionThatAnotherProxyWonIsHeldAgain() throws InterruptedException {
        var id = proxy.repository("g1", 4, 5, 5);
        proxy.datastore.hold(Operation.REPLACE_PRIMARY);
        var call = proxy.call(ProxyFixture.WRITE);
        proxy.settle();
        assertThat(proxy.datastore.calls(Operation.REPLACE_PRIMARY)).isEqualTo(1);
        proxy.memory.repositories().recordCopy(
                new CopyRecord(id, new StorageName("g1"), new Generation(4), new Generation(5)));
        anotherProxyWrites(id, "g3");

        proxy.datastore.release(Operation.REPLACE_PRIMARY); // refused: there was a write since

        assertThat(call.storages()).containsExactly("g3");
    }

    @Test
    void bothRepositoriesOfAWriteLieWhereTheTargetIs() throws InterruptedException {
        proxy.repository("g1", 5, 5, 4);
        proxy.repository(new RepositoryKey(ProxyFixture.DEFAULT, "other.git"), "g2", 1, 1, 1);
        // FetchIntoObjectPoolRequest: the origin is field 1, the pool field 2
        var pool = Messages.field(1, Messages.repository("default", "a/b.git"));
        var origin = Messages.repository("default", "other.git");

        var destinations = proxy.call(ProxyFixture.WRITE_WITH_OTHER, Messages.about(origin, pool))
                .forwarding()
                .destinations();

        var paths = "@cluster/repositories/";
        assertThat(destinations).hasSize(2).allSatisfy(destination -> assertThat(destination.firstMessage())
                .isEqualTo(Messages.about(
                        Messages.repository(destination.node().storage().value(), paths + 2),
                        Messages.field(
                                1, Messages.repository(destination.node().storage().value(), paths + 1)))));
    }

    @Test
    void aStopWaitsForRecords() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        proxy.datastore.hold(Operation.RECORD);
        call.succeed();

        assertThat(proxy.coordinator.awaitRecords(Duration.ZERO)).isFalse();

        proxy.datastore.release(Operation.RECORD);
        assertThat(call.told()).isEqualTo("pass");
        assertThat(proxy.coordinator.awaitRecords(Duration.ZERO)).isTrue();
    }

    @Test
    void votesAndOutcomesAreCountedUnderPraefectsNames() throws InterruptedException {
        proxy.repository("g1", 5, 5, 4);

        var call = proxy.call(ProxyFixture.WRITE).agree('a');
        var late = call.vote("g2", VotePhase.PREPARED, 'b');
        call.ok("g1").ok("g2");

        assertThat(late).hasToString("ABORT"); // the primary has ended, and did not vote so
        assertThat(actions("registered")).isEqualTo(2);
        assertThat(actions("started")).isEqualTo(5);
        assertThat(actions("committed")).isEqualTo(4);
        assertThat(actions("failed")).isEqualTo(1);
        assertThat(outcomes("updated")).isEqualTo(2);
        assertThat(outcomes("outdated")).isEqualTo(1);
    }

    private double actions(String action) {
        return proxy.meters.count("gitaly_praefect_transactions_total", "action", action);
    }

    private double outcomes(String reason) {
        return proxy.meters.count("gitaly_praefect_tx_replications_total", "reason", reason);
    }

    private void anotherProxyWrites(RepositoryId id, String storage) throws InterruptedException {
        var there = new StorageName(storage);
        proxy.elsewhere().repositories().record(List.of(new WriteRecord.Update(
                id, ProxyFixture.KEY, there, Set.of(there), Set.of(), "other", Optional.empty())));
    }
}
