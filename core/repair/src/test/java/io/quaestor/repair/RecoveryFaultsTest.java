package io.quaestor.repair;

import static io.quaestor.repair.Workshop.G1;
import static io.quaestor.repair.Workshop.G2;
import static io.quaestor.repair.Workshop.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever fails while writes of dead proxies are settled, they are settled at last, and those of the living go on: write
/// intents, rule 3.
@Timeout(60)
class RecoveryFaultsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration REST = Duration.ofSeconds(30);

    private final DeadProxies proxies = new DeadProxies();
    private final Workshop workshop = proxies.workshop;

    RecoveryFaultsTest() throws InterruptedException {}

    @AfterEach
    void stop() throws InterruptedException {
        proxies.stop();
    }

    @Test
    void whereNobodyIsReachedItIsTriedLater() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        workshop.reached.clear();

        settle(id);
        assertThat(proxies.isSuspect(id)).isTrue();
        assertThat(proxies.isHeld(id)).isFalse();

        workshop.reached.add(node(G2));
        proxies.pass(REST);
        assertThat(proxies.generations(id)).isEqualTo("6: 5 6 5");
    }

    @ParameterizedTest
    @EnumSource(value = Operation.class, names = {"SUSPECTS", "HOLD", "UNDER_WAY", "FIND", "SETTLE", "RELEASE"})
    void recoveryOutlivesADefectOfTheDatastore(Operation operation) throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        if (operation == Operation.RELEASE) {
            workshop.reached.clear(); // so that something is released
        }
        workshop.faults.breakNext(operation);

        settle(id);
        workshop.reached.add(node(G1));
        proxies.pass(REST.plus(DeadProxies.LEASE));

        assertThat(proxies.isSuspect(id)).isFalse();
        assertThat(proxies.isHeld(id)).isFalse();
    }

    @Test
    void aSettlementThatFailsByADefectKeepsNoOtherFromBeingSettled() throws InterruptedException {
        var first = workshop.repository("a.git", 5, 5, 5);
        var second = workshop.repository("b.git", 5, 5, 5);
        proxies.writes(proxies.dying, first);
        proxies.writes(proxies.dying, second);
        workshop.faults.breakNext(Operation.SETTLE);
        proxies.recovery.start();

        proxies.passUntilRipe();
        proxies.pass(SECOND.multipliedBy(3));

        assertThat(proxies.isSuspect(first)).isTrue();
        assertThat(proxies.isHeld(first)).isFalse();
        assertThat(proxies.isSuspect(second)).isFalse();
        proxies.pass(REST);
        assertThat(proxies.isSuspect(first)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = Operation.class, names = {"HOLD", "UNDER_WAY", "FIND", "SETTLE"})
    void writesGoOnWhateverFails(Operation operation) throws InterruptedException {
        for (var fault : Fault.values()) {
            var id = workshop.repository(operation + "-" + fault, 5, 5, 5);
            workshop.faults.fail(operation, fault);
            if (fault == Fault.UNCHANGED) {
                settle(id);
            } else {
                var dying = proxies.intents().join(new ProxyIdentity("dying-" + fault, "host-4"), SECOND);
                proxies.writes(dying, id);
                proxies.passUntilRipe();
            }

            proxies.pass(SECOND); // a hold in doubt is released at the next look
            assertThat(proxies.isHeld(id)).as(fault.name()).isFalse();
            proxies.pass(REST.plus(DeadProxies.LEASE));
            assertThat(proxies.isSuspect(id)).as(fault.name()).isFalse();
            assertThat(proxies.generations(id)).as(fault.name()).isEqualTo("6: 6 6 6");
        }
    }

    @Test
    void aHoldThatCouldNotBeReleasedIsReleasedAtTheNextLook() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        workshop.reached.clear();
        workshop.faults.fail(Operation.RELEASE, Fault.UNCHANGED);
        settle(id);
        assertThat(proxies.isHeld(id)).isTrue();

        proxies.intents().renew(proxies.dying, Duration.ofHours(1)); // it was only silent, and nothing is suspect any more
        proxies.pass(SECOND);

        assertThat(proxies.isHeld(id)).isFalse();
    }

    @Test
    void aStopInTheMiddleOfAComparisonLetsWritesGoOn() throws InterruptedException {
        var id = workshop.repository("a.git", 5, 5, 5);
        proxies.writes(proxies.living, id);
        proxies.writes(proxies.dying, id);
        proxies.recovery.start();
        proxies.passUntilRipe();
        assertThat(proxies.isHeld(id)).isTrue();

        assertThat(proxies.recovery.stop(Workshop.LIMIT)).isTrue();

        assertThat(proxies.isHeld(id)).isFalse();
    }

    /// Lets the proxy die that writes to it, and passes the time until that is settled, if it is.
    private void settle(RepositoryId id) throws InterruptedException {
        proxies.writes(proxies.dying, id);
        proxies.recovery.start();
        proxies.passUntilRipe();
    }
}
