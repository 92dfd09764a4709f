package io.quaestor.repair;

import static io.quaestor.repair.Workshop.G1;
import static io.quaestor.repair.Workshop.G2;
import static io.quaestor.repair.Workshop.G3;
import static io.quaestor.repair.Workshop.LIMIT;
import static io.quaestor.repair.Workshop.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.NodeId;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReconcilerTest {

    private static final Duration INTERVAL = Duration.ofMinutes(5);

    private final Workshop workshop = new Workshop(1);
    private final BlockingQueue<NodeId> woken = new LinkedBlockingQueue<>();
    private Reconciler reconciler = new Reconciler(INTERVAL, workshop.parts(), woken::add);

    @AfterEach
    void stop() throws InterruptedException {
        assertThat(reconciler.stop(LIMIT)).isTrue();
    }

    @Test
    void replicasThatLagBehindGetJobsEveryInterval() throws InterruptedException {
        workshop.repository("a.git", 5, 4, 5);
        start();

        advance(INTERVAL);

        assertThat(Workshop.next(woken)).isEqualTo(node(G2));
        assertThat(workshop.data.jobs()).hasSize(1);
        assertThat(workshop.meters.durations("gitaly_praefect_reconciliation_scheduling_seconds"))
                .hasSize(1);
    }

    @Test
    void onlyNodesThatAreReachedTakePart() throws InterruptedException {
        workshop.reached.remove(node(G3));
        start();

        advance(INTERVAL);

        assertThat(nextRun()).isEqualTo(Map.of(Stories.DEFAULT, Set.of(G1, G2)));
    }

    @Test
    void withOneNodeThereIsNobodyToCopyFrom() throws InterruptedException {
        workshop.reached.removeAll(Set.of(node(G2), node(G3)));
        start();

        advance(INTERVAL);
        workshop.clock.awaitWaiters(1);

        assertThat(workshop.faults.calls(Operation.ADD_MISSING)).isZero();
    }

    @Test
    void nodesThatComeBackTogetherAreOneRunSomeSecondsLater() throws InterruptedException {
        start();
        reconciler.nodeIsBack();
        advance(Duration.ofSeconds(3));
        reconciler.nodeIsBack();
        advance(Duration.ofSeconds(2));

        nextRun();
        advance(Duration.ofSeconds(60));
        workshop.clock.awaitWaiters(1);

        assertThat(workshop.faults.calls(Operation.ADD_MISSING)).isEqualTo(1);
    }

    @Test
    void aRunThatFailsIsFollowedByTheNext() throws InterruptedException {
        workshop.faults.fail(Operation.ADD_MISSING, Fault.UNCHANGED);
        start();

        advance(INTERVAL);
        nextRun();
        advance(INTERVAL);
        nextRun();

        assertThat(workshop.faults.calls(Operation.ADD_MISSING)).isEqualTo(2);
    }

    @Test
    void aRunThatEndsByADefectOfTheDatastoreIsFollowedByTheNext() throws InterruptedException {
        workshop.faults.breakNext(Operation.ADD_MISSING);
        start();

        advance(INTERVAL);
        nextRun();
        advance(INTERVAL);
        nextRun();

        assertThat(workshop.faults.calls(Operation.ADD_MISSING)).isEqualTo(2);
    }

    @Test
    void zeroMeansNever() throws InterruptedException {
        reconciler = new Reconciler(Duration.ZERO, workshop.parts(), woken::add);
        reconciler.start();
        reconciler.nodeIsBack();

        workshop.clock.advance(INTERVAL);

        assertThat(workshop.faults.calls(Operation.ADD_MISSING)).isZero();
    }

    @Test
    void itStopsInTheMiddleOfARun() throws InterruptedException {
        workshop.faults.hold(Operation.ADD_MISSING);
        start();
        advance(INTERVAL);

        assertThat(reconciler.stop(LIMIT)).isTrue();
    }

    private void start() {
        reconciler.start();
    }

    private void advance(Duration duration) throws InterruptedException {
        workshop.clock.awaitWaiters(1);
        workshop.clock.advance(duration);
    }

    private Object nextRun() throws InterruptedException {
        return Workshop.next(workshop.datastore.reconciliations);
    }
}
