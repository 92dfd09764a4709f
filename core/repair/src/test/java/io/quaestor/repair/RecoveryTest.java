package io.quaestor.repair;

import static io.quaestor.repair.Workshop.G1;
import static io.quaestor.repair.Workshop.G2;
import static io.quaestor.repair.Workshop.G3;
import static io.quaestor.repair.Workshop.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.RepositoryId;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Writes that dead proxies have left behind are settled: write intents, rule 3.
@Timeout(60)
class RecoveryTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration REST = Duration.ofSeconds(30);

    private final DeadProxies proxies = new DeadProxies();
    private final Workshop workshop = proxies.workshop;

    RecoveryTest() throws InterruptedException {}

    @AfterEach
    void stop() throws InterruptedException {
        proxies.stop();
    }

    // when

    @Test
    void aSuspectRepositoryIsSettledWhenNodesCanWriteNoLonger() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        proxies.writes(proxies.dying, id);
        proxies.recovery.start();

        proxies.pass(DeadProxies.RIPE_AFTER);
        assertThat(proxies.isSuspect(id)).isTrue();
        assertThat(workshop.nodeCalls.calls()).isEmpty();
        proxies.pass(SECOND);

        assertThat(proxies.isSuspect(id)).isFalse();
        assertThat(proxies.isHeld(id)).isFalse();
        assertThat(proxies.generations(id)).isEqualTo("6: 6 6 6");
        assertThat(proxies.jobs()).isEmpty();
    }

    @Test
    void aProxyThatIsBackOnItsHostProvesThatItsNodesCanWriteNoLonger() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        proxies.writes(proxies.dying, id);
        proxies.recovery.start();
        proxies.pass(SECOND);
        proxies.intents().join(DeadProxies.DYING, Duration.ofHours(1));

        proxies.pass(DeadProxies.RIPE_AFTER_RETURN.minus(SECOND));
        assertThat(proxies.isSuspect(id)).isTrue();
        proxies.pass(SECOND.multipliedBy(2));

        assertThat(proxies.isSuspect(id)).isFalse();
    }

    @Test
    void nothingIsSettledForOneLeaseAfterTheStart() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        proxies.writes(proxies.dying, id);
        proxies.passUntilRipe();

        proxies.recovery.start();
        proxies.pass(Duration.ofSeconds(4));
        assertThat(proxies.isSuspect(id)).isTrue();
        proxies.pass(SECOND);

        assertThat(proxies.isSuspect(id)).isFalse();
    }

    @Test
    void nothingIsSettledForOneLeaseAfterTheDatastoreWasAway() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        proxies.writes(proxies.dying, id);
        proxies.recovery.start();
        proxies.pass(Duration.ofSeconds(5));
        workshop.faults.beginOutage(Fault.UNCHANGED);
        proxies.pass(DeadProxies.RIPE_AFTER);
        workshop.faults.endOutage();

        proxies.pass(Duration.ofSeconds(4)); // the others renew their leases
        assertThat(proxies.isSuspect(id)).isTrue();
        proxies.pass(SECOND);

        assertThat(proxies.isSuspect(id)).isFalse();
    }

    @Test
    void aDatastoreThatHangsIsOneThatWasAway() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        proxies.writes(proxies.dying, id);
        proxies.recovery.start();
        proxies.pass(Duration.ofSeconds(5));
        workshop.faults.hold(Operation.SUSPECTS);
        proxies.pass(DeadProxies.RIPE_AFTER);
        workshop.faults.release(Operation.SUSPECTS);

        proxies.pass(Duration.ofSeconds(4));
        assertThat(proxies.isSuspect(id)).isTrue();
        proxies.pass(SECOND.multipliedBy(2));

        assertThat(proxies.isSuspect(id)).isFalse();
    }

    // how

    @ParameterizedTest(name = "{0} {1} {2} → {3}, {4}")
    @CsvSource({
        "a, a, a, '6: 6 6 6', ''",
        "a, a, b, '6: 6 6 5', '1→3'",
        "a, b, b, '6: 6 5 5', '1→2 1→3'", // the primary is the truth
        "a, b, c, '6: 6 5 5', '1→2 1→3'",
        "a, a, !, '6: 6 6 5', '1→3'", // who does not say is repaired
        "!, a, a, '6: 5 6 6', '2→1'",
        "!, a, b, '6: 5 6 5', '2→1 2→3'",
        "!, b, a, '6: 5 6 5', '2→1 2→3'",
    })
    void replicasAreComparedWithThePrimaryOrWithWhatMostHave(
            String first, String second, String third, String generations, String jobs) throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        proxies.contents(first, second, third);

        settle(id);

        assertThat(proxies.generations(id)).isEqualTo(generations);
        assertThat(proxies.jobs()).isEqualTo(jobs);
    }

    @Test
    void aPrimaryThatIsNotReachedIsNotWaitedFor() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        workshop.reached.remove(node(G1));
        proxies.contents("a", "b", "b");

        settle(id);

        assertThat(proxies.generations(id)).isEqualTo("6: 5 6 6");
        assertThat(proxies.jobs()).isEqualTo("2→1");
        assertThat(workshop.nodeCalls.calls()).hasSize(2);
    }

    @Test
    void whoWasOutdatedBeforeIsNotAsked() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 4);
        proxies.contents("b", "b", "b");

        settle(id);

        assertThat(proxies.generations(id)).isEqualTo("6: 6 6 4");
        assertThat(proxies.jobs()).isEqualTo("1→3");
        assertThat(workshop.nodeCalls.calls("CalculateChecksum")).hasSize(2).allSatisfy(call -> assertThat(call.metadata())
                .containsEntry("x-gitlab-correlation-id", "recovery-1"));
    }

    @Test
    void repairersAndMemoryHearOfIt() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        var key = workshop.data.placements().find(id).orElseThrow().key();
        proxies.contents("a", "a", "b");
        proxies.writes(proxies.dying, id);
        proxies.recovery.start();
        proxies.pass(SECOND.multipliedBy(2));
        assertThat(proxies.changed).as("when it becomes suspect").containsExactly(key);

        proxies.passUntilRipe();

        assertThat(proxies.changed).as("and when it is settled").containsExactly(key, key);
        assertThat(proxies.retried)
                .as("its jobs may rest on any of them")
                .containsExactly(node(G1) + " " + id, node(G2) + " " + id, node(G3) + " " + id);
    }

    @Test
    void memoryHearsOfItThoughAnotherProxyHasSettledIt() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        proxies.writes(proxies.dying, id);
        proxies.recovery.start();
        proxies.pass(SECOND.multipliedBy(2));
        proxies.changed.clear();

        proxies.intents().renew(proxies.dying, Duration.ofHours(1)); // or it has only been silent
        proxies.pass(SECOND);

        assertThat(proxies.changed).hasSize(1);
    }

    @Test
    void oneSettlementIsForAllWritesToARepository() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        proxies.writes(proxies.dying, id);
        proxies.writes(proxies.dying, id);

        settle(id);

        assertThat(workshop.faults.calls(Operation.SETTLE)).isEqualTo(1);
        assertThat(proxies.generations(id)).isEqualTo("6: 6 6 6");
    }

    @Test
    void severalRepositoriesAreSettledOneAfterAnother() throws InterruptedException {
        var one = workshop.repository("a.git", 5, 5, 5);
        var other = workshop.repository("b.git", 7, 7, 7);
        proxies.writes(proxies.dying, one);

        settle(other);

        assertThat(proxies.generations(one)).isEqualTo("6: 6 6 6");
        assertThat(proxies.generations(other)).isEqualTo("8: 8 8 8");
    }

    // beside others

    @Test
    void writesOfLivingProxiesEndBeforeAndOthersWait() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        var write = proxies.writes(proxies.living, id);
        proxies.writes(proxies.dying, id);
        proxies.recovery.start();
        proxies.passUntilRipe();
        assertThat(proxies.isHeld(id)).isTrue();
        assertThat(workshop.nodeCalls.calls()).isEmpty();

        proxies.intents().withdraw(List.of(write));
        proxies.pass(SECOND);

        assertThat(proxies.isSuspect(id)).isFalse();
        assertThat(proxies.isHeld(id)).isFalse();
    }

    @Test
    void aWriteThatDoesNotEndIsNotHeldUpWithAllOthers() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        var write = proxies.writes(proxies.living, id);
        proxies.writes(proxies.dying, id);
        proxies.recovery.start();
        proxies.passUntilRipe();

        proxies.pass(Duration.ofSeconds(6));
        assertThat(proxies.isHeld(id)).as("others go on").isFalse();
        proxies.pass(Duration.ofSeconds(20));
        assertThat(workshop.faults.calls(Operation.HOLD)).as("for a while").isEqualTo(1);

        proxies.intents().withdraw(List.of(write));
        proxies.pass(REST);
        assertThat(proxies.isSuspect(id)).isFalse();
    }

    @Test
    void whatAnotherProxyHoldsIsLeftToIt() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        proxies.intents().hold(proxies.living, id);
        workshop.data.intents().orElseThrow().release(proxies.living, id);
        proxies.writes(proxies.dying, id);
        proxies.intents().hold(proxies.living, id);
        proxies.recovery.start();

        proxies.passUntilRipe();

        assertThat(workshop.nodeCalls.calls()).isEmpty();
        assertThat(proxies.isHeld(id)).isTrue();
    }

    @Test
    void withoutALifeOfItsOwnAProxySettlesNothing() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        proxies.own = Optional.empty();

        proxies.writes(proxies.dying, id);
        proxies.recovery.start();
        proxies.passUntilRipe();

        assertThat(workshop.faults.calls(Operation.SUSPECTS)).isZero();
    }

    /// Lets the proxy die that writes to it, and passes the time until that is settled, if it is.
    private void settle(RepositoryId id) throws InterruptedException {
        proxies.writes(proxies.dying, id);
        proxies.recovery.start();
        proxies.passUntilRipe();
    }
}
