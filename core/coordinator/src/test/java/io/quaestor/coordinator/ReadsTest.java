package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.spi.model.NodeId;
import io.quaestor.testkit.fake.FaultyDatastore.Notifications;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Reads: RT 1.7, 2; P11.
class ReadsTest {

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    ReadsTest() throws InterruptedException {}

    @Test
    void aReadWhoseReplicasAreInMemoryAsksNobodyAndChangesNoThread() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.call(ProxyFixture.READ).awaitDecision();
        int asked = proxy.datastore.calls(Operation.FIND);
        int threads = proxy.threads.count();

        var second = proxy.call(ProxyFixture.READ);

        assertThat(second.isDecided()).as("forwarded before lead returned").isTrue();
        assertThat(second.storages()).containsExactly("g3");
        assertThat(proxy.datastore.calls(Operation.FIND)).isEqualTo(asked).isEqualTo(1);
        assertThat(proxy.threads.count()).isEqualTo(threads).isEqualTo(1);
    }

    @Test
    void theNodeGetsItsOwnNamesAndNothingElseIsChanged() throws InterruptedException {
        proxy.repository("g1", 5, 4, 4);
        var message = Messages.about("default", "a/b.git", 2, Messages.text(1, "master"));

        var destination = proxy.call(ProxyFixture.READ, message).destination();

        var path = proxy.placement().path().value();
        assertThat(destination.firstMessage())
                .isEqualTo(Messages.about("g1", path, 2, Messages.text(1, "master")));
    }

    @Test
    void aReadSeesEveryWriteThatWasAnsweredBefore() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.datastore.notifications(Notifications.LOST);
        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g3");

        proxy.call(ProxyFixture.WRITE).isNotReached("g3").succeed();

        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g2"); // g3 has missed the write
    }

    @Test
    void aReadNeedsThePrimaryIfTheClientOrTheMethodSaysSo() throws InterruptedException {
        proxy.repository("g2", 5, 5, 5);
        var asked = proxy.exchange().with("gitaly-route-repository-accessor-policy", "primary-only");
        var other = proxy.exchange().with("gitaly-route-repository-accessor-policy", "whatever");
        var message = Messages.about("default", "a/b.git");

        assertThat(proxy.call(asked, ProxyFixture.READ, message).storages()).containsExactly("g2");
        assertThat(proxy.call(other, ProxyFixture.READ, message).storages()).containsExactly("g3");
        assertThat(proxy.call(ProxyFixture.READ_OF_PRIMARY).storages()).containsExactly("g2");
    }

    @Test
    void aReadThatNeedsThePrimaryMayElectOne() throws InterruptedException {
        proxy.repository("g2", 5, 4, 5);

        assertThat(proxy.call(ProxyFixture.READ_OF_PRIMARY).storages()).containsExactly("g1");

        assertThat(proxy.placement().primary().orElseThrow().value()).isEqualTo("g1");
    }

    @Test
    void aReadThatReachedNobodyIsTriedAtAnotherReplica() throws InterruptedException {
        proxy.repository("g1", 5, 4, 5);
        var call = proxy.call(ProxyFixture.READ);

        var instead = call.forwarding().instead(end("g3", StatusCode.UNAVAILABLE, false));

        assertThat(Objects.requireNonNull(instead).node()).isEqualTo(NodeId.of("default", "g1"));
        var read = Objects.requireNonNull(proxy.coordinator.find(ProxyFixture.READ)).read(instead.firstMessage());
        assertThat(((RepositoryRequest) read).storage()).isEqualTo("g1");
        var result = new ScriptedResult();
        call.forwarding().ended(List.of(end("g1", StatusCode.OK, true)), result);
        assertThat(result).hasToString("pass");
    }

    @Test
    void aReadIsTriedAgainOnlyWhereReplicasAreUpToDateByNow() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.READ).awaitDecision();

        // by now only g1 is up to date, and memory does not know it
        proxy.call(ProxyFixture.WRITE).isNotReached("g2").isNotReached("g3").succeed();

        assertThat(call.forwarding().instead(end("g3", StatusCode.UNAVAILABLE, false))).isNull();

        proxy.call(ProxyFixture.READ).awaitDecision(); // now it does

        var instead = call.forwarding().instead(end("g3", StatusCode.UNAVAILABLE, false));
        assertThat(Objects.requireNonNull(instead).node()).isEqualTo(NodeId.of("default", "g1"));
    }

    @Test
    void anAnswerOfTheNodeIsFinal() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var forwarding = proxy.call(ProxyFixture.READ).forwarding();

        assertThat(forwarding.instead(end("g3", StatusCode.UNAVAILABLE, true))).isNull();
        assertThat(forwarding.instead(end("g3", StatusCode.NOT_FOUND, true))).isNull();
        assertThat(forwarding.instead(end("g3", StatusCode.CANCELLED, false))).isNull();
    }

    @Test
    void aReadOfThePrimaryIsNotTriedElsewhere() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var forwarding = proxy.call(ProxyFixture.READ_OF_PRIMARY).forwarding();

        assertThat(forwarding.instead(end("g1", StatusCode.UNAVAILABLE, false))).isNull();
    }

    @Test
    void aReadAtANodeThatIsLostIsTakenElsewhere() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.READ).awaitDecision();
        var other = proxy.call(ProxyFixture.READ_OF_PRIMARY).awaitDecision();

        proxy.view = ProxyFixture.view(0, "g1", "g2");
        proxy.coordinator.nodeIsLost(NodeId.of("default", "g3"));
        proxy.advance(Duration.ofSeconds(2));

        assertThat(call.acts()).containsExactly("give up g3");
        assertThat(other.acts()).isEmpty();
        assertThat(call.end(StatusCode.OK, true, true)).isEqualTo("pass");
        assertThat(proxy.coordinator.isIdle()).isTrue();
    }

    @Test
    void aNodeThatIsBackSoonIsWaitedFor() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.READ).awaitDecision();

        proxy.view = ProxyFixture.view(0, "g1", "g2");
        proxy.coordinator.nodeIsLost(NodeId.of("default", "g3"));
        proxy.advance(Duration.ofSeconds(1));
        proxy.view = ProxyFixture.view(0, "g1", "g2", "g3");
        proxy.advance(Duration.ofSeconds(2));

        assertThat(call.acts()).isEmpty();
    }

    @Test
    void whereOthersAreIsAskedOnceMoreWhenMemoryHasForgottenIt() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.READ).awaitDecision();
        proxy.coordinator.changed(ProxyFixture.KEY);

        proxy.view = ProxyFixture.view(0, "g1", "g2");
        proxy.coordinator.nodeIsLost(NodeId.of("default", "g3"));
        proxy.advance(Duration.ofSeconds(2));

        assertThat(call.acts()).containsExactly("give up g3");
    }

    @Test
    void aReadThatIsGivenUpGoesWhereItWasToGoAlthoughMemoryForgetsItMeanwhile() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.READ).awaitDecision();
        proxy.view = ProxyFixture.view(0, "g1", "g2");
        proxy.coordinator.nodeIsLost(NodeId.of("default", "g3"));
        proxy.advance(Duration.ofSeconds(2));
        proxy.coordinator.changed(ProxyFixture.KEY);

        var instead = call.forwarding().instead(end("g3", StatusCode.UNAVAILABLE, false));

        assertThat(Objects.requireNonNull(instead).node()).isEqualTo(NodeId.of("default", "g2"));
    }

    @Test
    void whereOthersAreIsAskedAlsoWhileMemoryKeepsNothing() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.READ).awaitDecision();
        proxy.coordinator.placementListener().lost(); // no notification comes any more

        proxy.view = ProxyFixture.view(0, "g1", "g2");
        proxy.coordinator.nodeIsLost(NodeId.of("default", "g3"));
        proxy.advance(Duration.ofSeconds(2));

        assertThat(call.acts()).containsExactly("give up g3");
        var instead = call.forwarding().instead(end("g3", StatusCode.UNAVAILABLE, false));
        assertThat(Objects.requireNonNull(instead).node()).isEqualTo(NodeId.of("default", "g2"));
    }

    @Test
    void aReadWhoseOtherNodesAreBackLaterIsTakenThere() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.READ).awaitDecision();
        proxy.view = ProxyFixture.view(0);
        proxy.coordinator.nodeIsLost(NodeId.of("default", "g3"));
        proxy.advance(Duration.ofSeconds(2));
        assertThat(call.acts()).isEmpty();

        proxy.view = ProxyFixture.view(0, "g1");
        proxy.advance(Duration.ofSeconds(4));

        assertThat(call.acts()).containsExactly("give up g3");
    }

    @Test
    void aNodeThatIsLostAgainIsLookedAtAgain() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.READ).awaitDecision();
        proxy.view = ProxyFixture.view(0, "g1", "g2");
        proxy.coordinator.nodeIsLost(NodeId.of("default", "g3"));
        proxy.view = ProxyFixture.view(0, "g1", "g2", "g3");
        proxy.advance(Duration.ofSeconds(2));

        proxy.view = ProxyFixture.view(0, "g1", "g2");
        proxy.coordinator.nodeIsLost(NodeId.of("default", "g3"));
        proxy.advance(Duration.ofSeconds(2));

        assertThat(call.acts()).containsExactly("give up g3");
    }

    @Test
    void aReadThatOnlyOneNodeCanAnswerWaitsForIt() throws InterruptedException {
        proxy.repository("g3", 4, 4, 5);
        var call = proxy.call(ProxyFixture.READ).awaitDecision();
        var primary = proxy.call(ProxyFixture.READ_OF_PRIMARY).awaitDecision();
        assertThat(call.storages()).containsExactly("g3");
        assertThat(primary.storages()).containsExactly("g3");

        proxy.view = ProxyFixture.view(0, "g1", "g2");
        proxy.coordinator.nodeIsLost(NodeId.of("default", "g3"));
        proxy.advance(Duration.ofSeconds(2));

        assertThat(call.acts()).isEmpty();
        assertThat(primary.acts()).isEmpty();
    }

    @Test
    void aReadThatHasEndedIsLeftAlone() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.READ).awaitDecision();
        call.ok("g3");

        proxy.view = ProxyFixture.view(0, "g1", "g2");
        proxy.coordinator.nodeIsLost(NodeId.of("default", "g3"));
        proxy.advance(Duration.ofSeconds(2));

        assertThat(call.acts()).isEmpty();
    }

    @Test
    void aReadWhoseNodeIsLostBeforeItLeavesIsTakenElsewhere() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.whenChosen = () -> proxy.view = ProxyFixture.view(0, "g1", "g2");

        var call = proxy.call(ProxyFixture.READ).awaitDecision();
        proxy.advance(Duration.ofSeconds(2));

        assertThat(call.storages()).containsExactly("g3");
        assertThat(call.acts()).containsExactly("give up g3");
    }

    @Test
    void aProxyThatMayHaveStoodStillDoesNotBelieveItsMemory() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.datastore.notifications(Notifications.LATE);
        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g3");
        proxy.lease.beat();
        proxy.clock.advance(Duration.ofSeconds(5));
        proxy.repository("g1", 6, 6, 5); // another proxy's write, and the news are on the way

        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g2");

        proxy.lease.beat();
        int asked = proxy.datastore.calls(Operation.FIND);
        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g2");
        assertThat(proxy.datastore.calls(Operation.FIND)).isEqualTo(asked + 1);
        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g2");
        assertThat(proxy.datastore.calls(Operation.FIND)).isEqualTo(asked + 1);
    }

    @Test
    void readsAreCountedWhereTheyGo() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.call(ProxyFixture.READ).awaitDecision();
        proxy.call(ProxyFixture.READ).awaitDecision();

        assertThat(proxy.meters.count(
                        "gitaly_praefect_read_distribution", "virtual_storage", "default", "storage", "g3"))
                .isEqualTo(2);
    }

    @Test
    void callsAboutAStorageGoToOneNode() throws InterruptedException {
        var destination = proxy.call(ProxyFixture.WALK, Messages.text(1, "default")).destination();

        assertThat(destination.firstMessage())
                .isEqualTo(Messages.text(1, destination.node().storage().value()));
    }

    private static DestinationEnd end(String storage, StatusCode status, boolean answered) {
        return new DestinationEnd(NodeId.of("default", storage), status, "said so", answered, answered);
    }
}
