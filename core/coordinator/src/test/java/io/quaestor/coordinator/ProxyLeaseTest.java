package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import io.quaestor.testkit.fake.InMemoryDatastore;
import io.quaestor.testkit.fake.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A proxy believes in its own life for a shorter time than the others do: write intents, rule 2.
@Timeout(60)
class ProxyLeaseTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final ProxyIdentity PROXY = new ProxyIdentity("proxy", "host");

    private final ManualClock clock = new ManualClock();
    private final InMemoryDatastore memory =
            new InMemoryDatastore(clock, Map.of(ProxyFixture.DEFAULT, ProxyFixture.STORAGES));
    private final FaultyDatastore datastore = new FaultyDatastore(memory);
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final ProxyLease lease = new ProxyLease(PROXY, Duration.ofSeconds(5), () -> datastore, clock, task -> {
        var thread = Thread.ofVirtual().unstarted(task);
        threads.add(thread);
        return thread;
    });

    @AfterEach
    void stop() throws InterruptedException {
        datastore.endOutage();
        datastore.release(Operation.RENEW);
        assertThat(lease.stop(LIMIT)).isTrue();
        for (var thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
        }
        assertThat(lease.life()).isEmpty();
    }

    @Test
    void beforeTheStartNothingIsHeld() {
        assertThat(lease.life()).isEmpty();
    }

    @Test
    void aLifeIsHeldForFourFifthsOfTheLease() throws InterruptedException {
        lease.start();
        datastore.hold(Operation.RENEW);
        var life = lease.life().orElseThrow();
        assertThat(lease.isHeld(life)).isTrue();

        clock.advance(Duration.ofMillis(3999));
        assertThat(lease.isHeld(life)).isTrue();
        clock.advance(Duration.ofMillis(1));

        assertThat(lease.isHeld(life)).isFalse();
        assertThat(lease.life()).as("it may still be renewed").contains(life);
    }

    @Test
    void itIsRenewedEachFifth() throws InterruptedException {
        lease.start();
        var life = lease.life().orElseThrow();

        for (int i = 1; i <= 20; i++) {
            clock.awaitWaiters(2);
            clock.advance(SECOND);
            int renewals = i;
            await(() -> datastore.calls(Operation.RENEW) >= renewals);
            assertThat(lease.isHeld(life)).isTrue();
        }
    }

    @Test
    void theTimeBeginsBeforeTheRenewalWasSent() throws InterruptedException {
        lease.start();
        var life = lease.life().orElseThrow();
        datastore.hold(Operation.RENEW);
        clock.awaitWaiters(2);
        clock.advance(SECOND);
        await(() -> datastore.calls(Operation.RENEW) == 1);
        clock.advance(Duration.ofSeconds(2)); // it is answered late
        datastore.release(Operation.RENEW);
        clock.awaitWaiters(2); // the keeper is back

        datastore.hold(Operation.RENEW);
        clock.advance(Duration.ofMillis(1999));
        assertThat(lease.isHeld(life)).isTrue();
        clock.advance(Duration.ofMillis(1));

        assertThat(lease.isHeld(life)).isFalse();
    }

    @Test
    void afterAnOutageTheSameLifeGoesOn() throws InterruptedException {
        lease.start();
        var life = lease.life().orElseThrow();
        datastore.beginOutage(Fault.UNCHANGED);
        clock.advance(Duration.ofSeconds(10));
        assertThat(lease.isHeld(life)).isFalse();

        datastore.endOutage();
        lease.renew();

        assertThat(lease.isHeld(life)).isTrue();
    }

    @Test
    void aDatastoreThatIsAwayPutsNobodyToSleep() throws InterruptedException {
        lease.start();
        datastore.beginOutage(Fault.UNCHANGED);
        for (int i = 0; i < 20; i++) {
            clock.awaitWaiters(2); // the keeper and the pulse
            clock.advance(SECOND.dividedBy(2));
        }

        clock.awaitWaiters(2);
        assertThat(lease.isHeld(lease.life().orElseThrow())).isFalse();
        assertThat(lease.isAwake()).isTrue();
    }

    @Test
    void whoWasTakenForAnotherBeginsANewLife() throws InterruptedException {
        lease.start();
        var earlier = lease.life().orElseThrow();
        memory.intents().orElseThrow().join(PROXY, SECOND);

        lease.renew();

        assertThat(lease.isHeld(earlier)).isFalse();
        assertThat(lease.life()).isPresent().isNotEqualTo(Optional.of(earlier));
        assertThat(lease.isHeld(lease.life().orElseThrow())).isTrue();
    }

    @Test
    void aWallClockThatJumpsIsASignThatTheProxyStoodStill() throws InterruptedException {
        lease.start();
        var life = lease.life().orElseThrow();

        clock.jump(Duration.ofMillis(1999));
        assertThat(lease.isHeld(life)).isTrue();
        clock.jump(Duration.ofMillis(1));
        assertThat(lease.isHeld(life)).isFalse();

        lease.renew();
        assertThat(lease.isHeld(life)).isTrue();
        clock.jump(Duration.ofSeconds(-2));
        assertThat(lease.isHeld(life)).isFalse();
    }

    @Test
    void aProxyWithoutALifeDoesNotStart() {
        datastore.fail(Operation.JOIN, Fault.UNCHANGED);

        assertThatThrownBy(lease::start).isInstanceOf(DatastoreUnavailableException.class);
        assertThat(threads).isEmpty();
    }

    @Test
    void whereNoIntentsAreKeptThereIsNoLife() throws InterruptedException {
        var without = new ProxyLease(PROXY, SECOND, memory::joinWithoutIntents, clock, Thread.ofVirtual().factory());

        without.start();
        without.renew();

        assertThat(without.life()).isEmpty();
        assertThat(without.isAwake()).isTrue();
        assertThat(without.stop(LIMIT)).isTrue();
    }

    @Test
    void aStopEndsTheLifeForTheOthers() throws InterruptedException {
        lease.start();
        var life = lease.life().orElseThrow();

        assertThat(lease.stop(LIMIT)).isTrue();

        assertThat(lease.isHeld(life)).isFalse();
        assertThat(memory.intents().orElseThrow().renew(life, SECOND)).isFalse();
    }

    @Test
    void aStopDoesNotNeedTheDatastore() throws InterruptedException {
        lease.start();
        datastore.beginOutage(Fault.UNCHANGED);

        assertThat(lease.stop(LIMIT)).isTrue();

        assertThat(lease.life()).isEmpty();
    }

    @Test
    void aDefectOfTheDatastoreHoldsUpNoStop() throws InterruptedException {
        lease.start();
        datastore.breakNext(Operation.LEAVE);

        assertThat(lease.stop(LIMIT)).isTrue();
    }

    @Test
    void aRenewalThatHangsHoldsUpNoStop() throws InterruptedException {
        lease.start();
        datastore.hold(Operation.RENEW);
        clock.awaitWaiters(2); // the keeper and the pulse
        clock.advance(SECOND);
        await(() -> datastore.calls(Operation.RENEW) > 0);

        assertThat(lease.stop(LIMIT)).isTrue();
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
