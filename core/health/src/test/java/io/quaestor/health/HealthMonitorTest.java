package io.quaestor.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.health.ScriptedProbe.Answer;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import io.quaestor.testkit.fake.InMemoryDatastore;
import io.quaestor.testkit.fake.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HealthMonitorTest {

    private static final NodeId ONE = NodeId.of("default", "gitaly-1");
    private static final NodeId TWO = NodeId.of("default", "gitaly-2");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ManualClock clock = new ManualClock();
    private final TrackedThreads threads = new TrackedThreads();
    private final ScriptedProbe probe = new ScriptedProbe();
    private final FaultyDatastore datastore = new FaultyDatastore(new InMemoryDatastore(
            clock,
            Map.of(new VirtualStorage("default"), List.of(new StorageName("gitaly-1"), new StorageName("gitaly-2")))));
    private boolean reportsHang;
    private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
    private final HealthMonitor monitor = new HealthMonitor(
            List.of(ONE, TWO),
            HealthSettings.DEFAULT,
            probe,
            "praefect-1:2305",
            datastore::nodeHealth,
            clock,
            threads);

    @AfterEach
    void stop() throws InterruptedException {
        probe.answer(ONE, Answer.SERVING);
        probe.answer(TWO, Answer.SERVING);
        datastore.release(FaultyDatastore.Operation.REPORT_HEALTH);
        assertThat(monitor.stop(LIMIT)).isTrue();
    }

    @Test
    void nobodyIsHealthyBeforeTheFirstAnswer() {
        assertThat(monitor.healthy()).isEmpty();
    }

    @Test
    void theFirstRoundDoesNotWaitForTheFirstSecond() throws InterruptedException {
        start();

        assertThat(monitor.healthy()).containsExactly(ONE, TWO);
        assertThat(datastore.nodeHealth().healthy()).containsExactlyInAnyOrder(ONE, TWO);
        assertThat(clock.nanos()).isZero();
    }

    @Test
    void aNodeThatDoesNotServeIsUnhealthyAtOnceAndWellAgainAtOnce() throws InterruptedException {
        start();

        probe.answer(TWO, Answer.NOT_SERVING);
        advance(SECOND);

        assertThat(nextChange()).isEqualTo("default/gitaly-2 false not serving");
        assertThat(monitor.healthy()).containsExactly(ONE);

        probe.answer(TWO, Answer.SERVING);
        advance(SECOND);

        assertThat(nextChange()).isEqualTo("default/gitaly-2 true serving");
        assertThat(monitor.healthy()).containsExactly(ONE, TWO);
    }

    @Test
    void onlyChangesAreTold() throws InterruptedException {
        start();

        for (int i = 0; i < 3; i++) {
            advance(SECOND);
            probe.awaitAsked(ONE, 1);
            probe.awaitAsked(TWO, 1);
        }

        assertThat(changes).isEmpty();
    }

    @Test
    void aNodeThatHangsIsUnhealthyAndDelaysNobody() throws InterruptedException {
        start();
        probe.answer(ONE, Answer.SILENT);
        advance(SECOND);
        probe.awaitAsked(ONE, 1);
        probe.awaitAsked(TWO, 1);

        advance(SECOND);
        probe.awaitAsked(TWO, 1);
        advance(Duration.ofMillis(250));

        assertThat(nextChange()).isEqualTo("default/gitaly-1 false no answer in time");
        assertThat(probe.wasAsked(ONE)).as("asked while the last probe is under way").isFalse();

        probe.answer(ONE, Answer.SERVING);
        advance(SECOND);

        assertThat(nextChange()).isEqualTo("default/gitaly-1 true serving");
    }

    @Test
    void aLostConnectionCountsAtOnceAndTheNodeIsAskedAtOnce() throws InterruptedException {
        start();
        advance(SECOND);
        probe.awaitAsked(ONE, 1);
        probe.awaitAsked(TWO, 1);
        advance(Duration.ofMillis(500));
        probe.answer(ONE, Answer.SILENT);

        monitor.connectionLost(ONE);

        assertThat(monitor.healthy()).containsExactly(TWO);
        probe.awaitAsked(ONE, 1);
        assertThat(nextChange()).isEqualTo("default/gitaly-1 false connection lost");

        probe.answer(ONE, Answer.SERVING);

        assertThat(nextChange()).isEqualTo("default/gitaly-1 true serving");
    }

    @Test
    void aLostConnectionToAnUnknownNodeIsIgnored() throws InterruptedException {
        start();

        monitor.connectionLost(NodeId.of("other", "gitaly-1"));

        assertThat(monitor.healthy()).containsExactly(ONE, TWO);
    }

    @Test
    void aProxyThatStoodStillKeepsItsView() throws InterruptedException {
        start();
        probe.answer(ONE, Answer.SILENT);
        probe.answer(TWO, Answer.SILENT);
        advance(SECOND);
        probe.awaitAsked(ONE, 1);
        probe.awaitAsked(TWO, 1);

        advance(Duration.ofSeconds(30));
        awaitIdle();

        assertThat(monitor.healthy()).containsExactly(ONE, TWO);

        probe.answer(ONE, Answer.SERVING);
        probe.answer(TWO, Answer.NOT_SERVING);

        probe.awaitAsked(TWO, 1); // at once, not after a second
        assertThat(nextChange()).isEqualTo("default/gitaly-2 false not serving");
        assertThat(monitor.healthy()).containsExactly(ONE);
    }

    @Test
    void anOutageOfTheDatastoreIsNoOutageOfNodes() throws InterruptedException {
        datastore.beginOutage(Fault.UNCHANGED);
        start();

        assertThat(monitor.healthy()).containsExactly(ONE, TWO);

        probe.answer(TWO, Answer.NOT_SERVING);
        advance(SECOND);

        assertThat(nextChange()).isEqualTo("default/gitaly-2 false not serving");

        datastore.endOutage();
        advance(SECOND);
        awaitIdle();

        assertThat(datastore.nodeHealth().healthy()).containsExactly(ONE);
    }

    @Test
    void reportsOutliveADefectOfTheDatastore() throws InterruptedException {
        datastore.breakNext(Operation.REPORT_HEALTH);
        start();

        advance(SECOND);
        awaitIdle();

        assertThat(datastore.nodeHealth().healthy()).containsExactly(ONE, TWO);
    }

    @Test
    void aDatastoreThatHangsDelaysNoProbe() throws InterruptedException {
        start();
        datastore.hold(FaultyDatastore.Operation.REPORT_HEALTH);
        reportsHang = true;

        for (int i = 0; i < 10; i++) {
            advance(SECOND);
            probe.awaitAsked(ONE, 1);
            probe.awaitAsked(TWO, 1);
        }

        assertThat(datastore.calls(FaultyDatastore.Operation.REPORT_HEALTH))
                .as("reports, each given up after 5 s")
                .isBetween(2, 4);
    }

    @Test
    void aDefectOfTheProbeCountsAsNoAnswer() throws InterruptedException {
        start();

        probe.answer(ONE, Answer.DEFECT);
        advance(SECOND);

        assertThat(nextChange()).startsWith("default/gitaly-1 false");
    }

    @Test
    void aListenerThatFailsDoesNotKeepTheOthersFromHearing() throws InterruptedException {
        monitor.addListener((_, _, _) -> {
            throw new IllegalStateException("defect");
        });
        start();

        probe.answer(ONE, Answer.NOT_SERVING);
        advance(SECOND);

        assertThat(nextChange()).isEqualTo("default/gitaly-1 false not serving");
    }

    @Test
    void itStopsInTheMiddleOfAProbeAndOfAReport() throws InterruptedException {
        start();
        probe.answer(ONE, Answer.SILENT);
        datastore.hold(FaultyDatastore.Operation.REPORT_HEALTH);
        reportsHang = true;
        advance(SECOND);
        probe.awaitAsked(ONE, 1);

        assertThat(monitor.stop(LIMIT)).isTrue();
        assertThat(monitor.healthy()).containsExactly(ONE, TWO);
    }

    /// Starts it and forgets the changes of the first round.
    private void start() throws InterruptedException {
        monitor.addListener((node, healthy, reason) -> changes.add(node + " " + healthy + " " + reason));
        monitor.start();
        assertThat(monitor.awaitFirstRound(LIMIT)).isTrue();
        probe.awaitAsked(ONE, 1);
        probe.awaitAsked(TWO, 1);
        nextChange();
        nextChange();
    }

    /// Moves the time when nothing more happens at the present one.
    private void advance(Duration duration) throws InterruptedException {
        awaitIdle();
        clock.advance(duration);
    }

    /// Waits until the loops wait for the clock, and all probes and reports have ended but those that hang.
    private void awaitIdle() throws InterruptedException {
        clock.awaitWaiters(2);
        threads.awaitEnd(name -> (name.startsWith("health of ") && !probe.isSilent(name.substring(10)))
                || (name.startsWith("time limit") && !reportsHang));
        clock.awaitWaiters(2);
    }

    private String nextChange() throws InterruptedException {
        return changes.poll(10, TimeUnit.SECONDS);
    }
}
