package io.quaestor.repair;

import static io.quaestor.repair.Workshop.G1;
import static io.quaestor.repair.Workshop.G2;
import static io.quaestor.repair.Workshop.G3;
import static io.quaestor.repair.Workshop.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.repair.ScriptedTransport.Removal;
import io.quaestor.routing.ReplicaPaths;
import io.quaestor.spi.datastore.Ripeness;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What dead proxies were creating is given up and removed: write intents, rule 3.
@Timeout(60)
class DeadCreationsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final DeadProxies proxies = new DeadProxies();
    private final Workshop workshop = proxies.workshop;

    DeadCreationsTest() throws InterruptedException {}

    @AfterEach
    void stop() throws InterruptedException {
        proxies.stop();
    }

    @Test
    void whatADeadProxyWasCreatingIsGivenUpAndThenRemovedFromAllNodes() throws InterruptedException {
        proxies.creates(proxies.dying, "new.git");
        proxies.recovery.start();
        proxies.pass(DeadProxies.RIPE_AFTER);
        assertThat(workshop.transport.wasCalled()).isFalse();

        proxies.pass(SECOND);

        assertThat(suspects()).isZero();
        assertThat(removals(3)).containsExactly("- gitaly-1", "- gitaly-2", "- gitaly-3");
        proxies.pass(SECOND.multipliedBy(3));
        assertThat(workshop.transport.wasCalled()).as("again").isFalse();
    }

    @Test
    void filesAreOnlyRemovedWhenNobodyCanRecordTheCreationAnyMore() throws InterruptedException {
        proxies.creates(proxies.dying, "new.git");
        workshop.faults.hold(Operation.ABANDON);
        proxies.recovery.start();

        proxies.passUntilRipe();
        assertThat(workshop.transport.wasCalled()).isFalse();
        workshop.faults.release(Operation.ABANDON);
        proxies.pass(SECOND);

        assertThat(removals(3)).hasSize(3);
    }

    @Test
    void aCreationWhoseProxyWokeUpAndWasFasterStays() throws InterruptedException {
        var id = proxies.creates(proxies.dying, "new.git");
        workshop.faults.hold(Operation.ABANDON);
        proxies.recovery.start();
        proxies.passUntilRipe();
        proxies.records(id, "new.git");

        workshop.faults.release(Operation.ABANDON);
        proxies.pass(SECOND);

        assertThat(proxies.generations(id)).isEqualTo("0: 0");
        assertThat(workshop.transport.wasCalled()).isFalse();
    }

    @Test
    void filesAreRemovedFromANodeThatIsAwayWhenItIsBack() throws InterruptedException {
        proxies.creates(proxies.dying, "new.git");
        workshop.reached.remove(node(G2));
        proxies.recovery.start();
        proxies.passUntilRipe();
        assertThat(removals(2)).containsExactly("- gitaly-1", "- gitaly-3");
        proxies.pass(Duration.ofMinutes(1));
        assertThat(workshop.transport.wasCalled()).as("again").isFalse();

        workshop.reached.add(node(G2));
        proxies.pass(SECOND);

        assertThat(removals(1)).containsExactly("- gitaly-2");
    }

    @Test
    void filesThatCouldNotBeRemovedAreRemovedLater() throws InterruptedException {
        proxies.creates(proxies.dying, "new.git");
        workshop.transport.failRemovals(true);
        proxies.recovery.start();
        proxies.passUntilRipe();
        assertThat(removals(3)).hasSize(3);
        proxies.pass(Duration.ofSeconds(29));
        assertThat(workshop.transport.wasCalled()).as("again so soon").isFalse();

        workshop.transport.failRemovals(false);
        proxies.pass(SECOND.multipliedBy(5));

        assertThat(removals(3)).hasSize(3);
        assertThat(workshop.transport.wasCalled()).as("again").isFalse();
    }

    @ParameterizedTest
    @MethodSource("defects")
    void aCreationWhoseRemovalFailsByADefectHoldsUpNoOtherAndIsTriedLater(Removal defect) throws InterruptedException {
        var broken = ReplicaPaths.of(proxies.creates(proxies.dying, "a.git"), "a.git");
        proxies.creates(proxies.dying, "b.git");
        var removed = new CopyOnWriteArrayList<StorageName>();
        workshop.transport.removals(task -> {
            if (task.path().equals(broken)) {
                defect.run(task);
            }
            removed.add(task.node().storage());
        });
        proxies.recovery.start();

        proxies.passUntilRipe();
        proxies.pass(Duration.ofSeconds(29));
        assertThat(removed).as("the other").containsExactly(G1, G2, G3);
        assertThat(removals(6)).hasSize(6);
        assertThat(workshop.transport.wasCalled()).as("again so soon").isFalse();

        workshop.transport.failRemovals(false);
        proxies.pass(SECOND.multipliedBy(5));
        assertThat(removals(3)).containsExactly("- gitaly-1", "- gitaly-2", "- gitaly-3");
    }

    private static Stream<Removal> defects() {
        return Stream.of(
                _ -> {
                    throw new IllegalStateException("defect");
                },
                _ -> {
                    throw new NoClassDefFoundError("defect");
                });
    }

    @Test
    void aCreationMakesNoRepositorySuspect() throws InterruptedException {
        proxies.creates(proxies.dying, "new.git");
        proxies.recovery.start();
        proxies.pass(SECOND.multipliedBy(3));

        assertThat(proxies.changed).isEmpty();
    }

    private List<String> removals(int count) throws InterruptedException {
        var calls = new ArrayList<String>();
        while (calls.size() < count) {
            calls.add(workshop.transport.nextCall());
        }
        return calls;
    }

    private int suspects() throws InterruptedException {
        return proxies.intents()
                .suspects(new Ripeness(Duration.ZERO, Duration.ZERO), 10)
                .size();
    }
}
