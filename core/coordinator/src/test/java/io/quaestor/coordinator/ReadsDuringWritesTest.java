package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Between the first permission and the record a read waits, or goes to a node that has confirmed: P11. Without a write,
/// reads of this proxy go to g3.
class ReadsDuringWritesTest {

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    ReadsDuringWritesTest() throws InterruptedException {}

    @BeforeEach
    void putARepository() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
    }

    @Test
    void aReadIsNotHeldUpBeforeAnythingIsPermitted() throws InterruptedException {
        WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Ss g1:Pa");

        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g3");
    }

    @Test
    void aReadWaitsForTheFirstNodeThatConfirms() throws InterruptedException {
        var story = WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa");
        var read = proxy.call(ProxyFixture.READ);
        proxy.settle();
        assertThat(read.isDecided()).isFalse();

        story.then("g1:Ca");

        assertThat(read.storages()).containsExactly("g1");
        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g1");
        story.then("g3:Ca");
        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g3");
    }

    @Test
    void aReadWaitsAgainInEachRound() throws InterruptedException {
        var story = WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa all:Ca all:Pb");
        var read = proxy.call(ProxyFixture.READ);
        proxy.settle();
        assertThat(read.isDecided()).isFalse();

        story.then("g1:Cb");

        assertThat(read.storages()).containsExactly("g1");
    }

    @Test
    void aReadGoesToWhoHasConfirmedAllWritesUnderWay() throws InterruptedException {
        var first = WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa g1:Ca g3:Ca");
        WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pb g1:Cb g2:Cb");

        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g1");

        first.then("g2:Ca");
        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g2");
    }

    @Test
    void aReadOfAnotherRepositoryDoesNotWait() throws InterruptedException {
        proxy.repository(new RepositoryKey(ProxyFixture.DEFAULT, "other.git"), "g1", 1, 1, 1);
        WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa");

        assertThat(proxy.call(ProxyFixture.READ, Messages.about("default", "other.git")).storages())
                .containsExactly("g3");
    }

    @Test
    void aReadWaitsForTheRecordWhereNobodyConfirms() throws InterruptedException {
        var write = proxy.call(ProxyFixture.WRITE);
        var story = WriteStory.play(proxy, write, "g3! g1:Pa g2:Pa");
        var read = proxy.call(ProxyFixture.READ);
        proxy.datastore.hold(Operation.RECORD);
        story.then("g1- g2-");
        assertThat(read.isDecided()).isFalse();

        proxy.datastore.release(Operation.RECORD);

        assertThat(read.storages()).containsExactly("g1"); // the primary is the truth
        assertThat(proxy.generations()).isEqualTo("6: g1=6 g2=5 g3=5");
    }

    @Test
    void aReadWaitsNoLongerThanItsLimit() throws InterruptedException {
        WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa");
        var read = proxy.call(ProxyFixture.READ);

        proxy.advance(Duration.ofSeconds(4));
        assertThat(read.isDecided()).isFalse();
        proxy.advance(Duration.ofSeconds(1));

        assertThat(read.storages()).containsExactly("g3");
    }

    @Test
    void readsWaitAlsoWhenThePrimaryIsGone() throws InterruptedException {
        var story = WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa g1!");
        proxy.view = ProxyFixture.view(0, "g2", "g3");
        var read = proxy.call(ProxyFixture.READ);
        proxy.settle();
        assertThat(read.isDecided()).isFalse();

        story.then("g2:Ca");

        assertThat(read.storages()).containsExactly("g2");
    }

    @Test
    void whoHasConfirmedAndIsGoneIsOfNoUse() throws InterruptedException {
        var story = WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa g1:Ca g1!");
        proxy.view = ProxyFixture.view(0, "g2", "g3");
        var read = proxy.call(ProxyFixture.READ);
        proxy.settle();
        assertThat(read.isDecided()).isFalse();

        story.then("g2:Ca");

        assertThat(read.storages()).containsExactly("g2");
    }

    @Test
    void aReadThatNeedsThePrimaryWaitsForIt() throws InterruptedException {
        var story = WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa g2:Ca");
        var read = proxy.call(ProxyFixture.READ_OF_PRIMARY);
        proxy.settle();
        assertThat(read.isDecided()).isFalse();

        story.then("g1:Ca");

        assertThat(read.storages()).containsExactly("g1");
    }

    @Test
    void aReadThatNeedsThePrimaryWaitsNoLongerThanItsLimit() throws InterruptedException {
        WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa g2:Ca");
        var read = proxy.call(ProxyFixture.READ_OF_PRIMARY);

        proxy.advance(Duration.ofSeconds(5));

        assertThat(read.storages()).containsExactly("g1");
    }

    @Test
    void aReadOfWhatHooksSeeDoesNotWaitForItsOwnPush() throws InterruptedException {
        WriteStory.play(proxy, proxy.call(ProxyFixture.PUSH), "all:Ss all:Pa g1:Ca g2:Sp"); // the primary runs post-receive

        assertThat(proxy.call(ProxyFixture.READ_OF_PRIMARY).storages()).containsExactly("g1");
    }

    @Test
    void aReadThatFailsIsNotTriedWhereTheWriteMayBeMissing() throws InterruptedException {
        var read = proxy.call(ProxyFixture.READ).awaitDecision();
        var story = WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa");
        var lost = new DestinationEnd(ScriptedExchange.node("g3"), StatusCode.UNAVAILABLE, "", false, false);
        assertThat(read.forwarding().instead(lost)).isNull();

        story.then("g3:Ca");
        assertThat(read.forwarding().instead(lost)).as("it is the only one").isNull();

        story.then("g1:Ca");
        var instead = read.forwarding().instead(lost);
        assertThat(instead).isNotNull();
        assertThat(instead.node()).isEqualTo(ScriptedExchange.node("g1"));
    }

    @Test
    void aReadAtANodeThatIsLostWaitsForAWriteNoLongerThanItsLimit() throws InterruptedException {
        var read = proxy.call(ProxyFixture.READ).awaitDecision();
        WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa"); // and nobody confirms it
        proxy.view = ProxyFixture.view(0, "g1", "g2");
        proxy.coordinator.nodeIsLost(ScriptedExchange.node("g3"));

        proxy.advance(Duration.ofSeconds(4));
        assertThat(read.acts()).isEmpty();
        proxy.advance(Duration.ofSeconds(2));

        assertThat(read.acts()).containsExactly("give up g3");
        var lost = new DestinationEnd(ScriptedExchange.node("g3"), StatusCode.UNAVAILABLE, "", false, false);
        assertThat(read.forwarding().instead(lost)).isNotNull();
    }

    @Test
    void aReadThatHasWaitedLongStillGoesToWhoHasConfirmed() throws InterruptedException {
        var read = proxy.call(ProxyFixture.READ).awaitDecision();
        proxy.view = ProxyFixture.view(0);
        proxy.coordinator.nodeIsLost(ScriptedExchange.node("g3"));
        proxy.advance(Duration.ofSeconds(5));
        proxy.view = ProxyFixture.view(0, "g1", "g2");
        WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "g1:Pa g2:Pa g1:Ca");

        proxy.advance(Duration.ofSeconds(1));

        assertThat(read.acts()).containsExactly("give up g3");
        var lost = new DestinationEnd(ScriptedExchange.node("g3"), StatusCode.UNAVAILABLE, "", false, false);
        assertThat(read.forwarding().instead(lost)).isNotNull().extracting(Destination::node).isEqualTo(ScriptedExchange.node("g1"));
    }

    @Test
    void manyReadsWaitAndAllGoOn() throws InterruptedException {
        var story = WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa");
        var one = proxy.call(ProxyFixture.READ);
        var another = proxy.call(ProxyFixture.READ);
        proxy.settle();

        story.then("all:Ca all+");

        assertThat(one.isDecided()).isTrue();
        assertThat(another.isDecided()).isTrue();
    }
}
