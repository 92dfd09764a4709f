package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.coordinator.VoteReceiver.CastVote;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import io.quaestor.transaction.VotePhase;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing is permitted that nobody would know of if the proxy died: write intents, rules 1, 2 and 4; P2.
class IntentsTest {

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    IntentsTest() throws InterruptedException {}

    // when it is opened

    @Test
    void theIntentOfAUnaryCallIsOpenedWhileNodesPrepareAndBeforeTheFirstPermission() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.datastore.hold(Operation.OPEN_INTENTS);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision(); // the nodes have it

        var story = WriteStory.play(proxy, call, "all:Pa");
        assertThat(proxy.datastore.calls(Operation.OPEN_INTENTS)).isEqualTo(1);
        assertThat(story.answers()).isEqualTo("g1=. g2=. g3=.");

        proxy.datastore.release(Operation.OPEN_INTENTS);
        proxy.settle();
        assertThat(story.answers()).isEqualTo("g1=C g2=. g3=."); // the primary goes first
        assertThat(proxy.openIntents()).isEqualTo(1);
    }

    @Test
    void nodesWaitForEachOtherWithoutAnIntent() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.datastore.hold(Operation.OPEN_INTENTS);

        assertThat(WriteStory.play(proxy, proxy.call(ProxyFixture.PUSH), "all:Ss all:As").answers())
                .isEqualTo("g1=CC g2=CC g3=CC");
    }

    @ParameterizedTest
    @ValueSource(strings = {ProxyFixture.PUSH, ProxyFixture.STREAM})
    void aSlowClientIsNotSuspectBeforeTheFirstVote(String method) throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(method).awaitDecision();
        proxy.advance(Duration.ofHours(1));
        assertThat(proxy.datastore.calls(Operation.OPEN_INTENTS)).isZero();

        proxy.datastore.hold(Operation.OPEN_INTENTS);
        var story = WriteStory.play(proxy, call, "all:Ss g2:Pa"); // the others may take their time
        assertThat(proxy.datastore.calls(Operation.OPEN_INTENTS)).isEqualTo(1);
        story.then("g1:Pa g3:Pa");
        assertThat(story.answers()).isEqualTo("g1=C. g2=C. g3=C.");

        proxy.datastore.release(Operation.OPEN_INTENTS);
        proxy.settle();
        assertThat(story.answers()).isEqualTo("g1=CC g2=C. g3=C."); // the primary goes first
        assertThat(proxy.openIntents()).isEqualTo(1);
    }

    @Test
    void whereSomethingIsWrittenOutsideOfVotesTheIntentComesBeforeAnythingLeaves() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.datastore.hold(Operation.OPEN_INTENTS);
        var call = proxy.call(ProxyFixture.WRITE_OUTSIDE_VOTES);
        proxy.settle();
        assertThat(call.isDecided()).isFalse();

        proxy.datastore.release(Operation.OPEN_INTENTS);

        assertThat(call.storages()).containsExactly("g1", "g2", "g3");
        assertThat(proxy.openIntents()).isEqualTo(1);
    }

    @Test
    void whatIsWrittenOutsideOfVotesIsNotSentWithoutTheLease() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.datastore.hold(Operation.OPEN_INTENTS);
        var call = proxy.call(ProxyFixture.WRITE_OUTSIDE_VOTES);
        proxy.settle();
        proxy.neglectLease();
        proxy.advance(Duration.ofSeconds(4)); // the datastore believes in it for another second

        proxy.datastore.release(Operation.OPEN_INTENTS);

        assertThat(call.failure()).isEqualTo(new Failure(StatusCode.UNAVAILABLE, "the lease of the proxy is over"));
    }

    @Test
    void aDatastoreThatKeepsNoIntentsIsNotAsked() throws InterruptedException {
        var other = ProxyFixture.withoutIntents();
        other.repository("g1", 5, 5, 5);

        assertThat(other.call(ProxyFixture.WRITE).succeed()).isEqualTo("pass");

        assertThat(other.generations()).isEqualTo("6: g1=6 g2=6 g3=6");
        assertThat(other.datastore.calls(Operation.OPEN_INTENTS)).isZero();
    }

    // when it ends

    @Test
    void theRecordEndsTheIntent() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE);
        call.succeed();

        assertThat(proxy.openIntents()).isZero();
        assertThat(proxy.datastore.calls(Operation.WITHDRAW)).isZero();
    }

    @Test
    void anIntentIsWithdrawnIfNothingWasWritten() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        assertThat(proxy.openIntents()).isEqualTo(1);

        WriteStory.play(proxy, call, "g1:Pa g2:Pb g3:Pc all-");

        assertThat(call.told()).isEqualTo("pass");
        assertThat(proxy.openIntents()).isZero();
        assertThat(proxy.datastore.calls(Operation.WITHDRAW)).isEqualTo(1);
    }

    @Test
    void anIntentIsWithdrawnThoughItIsStillBeingOpenedWhenTheCallEnds() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.datastore.hold(Operation.OPEN_INTENTS);
        var call = proxy.call(ProxyFixture.WRITE);
        assertThat(call.end(StatusCode.INTERNAL, true, true)).isEqualTo("pass"); // the client does not wait for it
        assertThat(proxy.coordinator.awaitRecords(Duration.ZERO)).as("a stop waits").isFalse();

        proxy.datastore.release(Operation.OPEN_INTENTS);
        proxy.settle();

        assertThat(proxy.datastore.calls(Operation.WITHDRAW)).isEqualTo(1);
        assertThat(proxy.openIntents()).isZero();
        assertThat(proxy.coordinator.awaitRecords(Duration.ZERO)).isTrue();
    }

    @Test
    void aVoteThatIsHeardOnlyWhenTheCallIsOverOpensNothing() throws InterruptedException {
        proxy.repository("g1", 5);
        var call = proxy.call(ProxyFixture.PUSH).awaitDecision();
        var vote = new CastVote(call.number(), "g1", ScriptedExchange.hash('a'), VotePhase.PREPARED);
        proxy.coordinator.votes().vote(Optional.of(ScriptedExchange.node("g1")), vote, new CastReply());

        call.diesUnheard("g1");

        assertThat(proxy.openIntents()).isZero();
        assertThat(proxy.datastore.calls(Operation.OPEN_INTENTS)).isZero();
    }

    @Test
    void aClientThatWasGoneBeforeAnythingLeftLeavesNoIntent() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.datastore.hold(Operation.OPEN_INTENTS);
        var call = proxy.call(ProxyFixture.WRITE_OUTSIDE_VOTES);
        proxy.settle();
        call.clientGoes();

        proxy.datastore.release(Operation.OPEN_INTENTS);
        proxy.settle();

        assertThat(proxy.openIntents()).isZero();
    }

    @Test
    void aPrimaryThatFailsWhileTheIntentIsBeingOpenedPermitsNothing() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.datastore.hold(Operation.OPEN_INTENTS);
        var story = WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa g1-");

        proxy.datastore.release(Operation.OPEN_INTENTS);
        proxy.settle();

        assertThat(story.answers()).isEqualTo("g1=U g2=U g3=U");
        assertThat(proxy.generations()).isEqualTo("5: g1=5 g2=5 g3=5");
    }

    // the datastore is away

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = {"UNCHANGED", "IN_DOUBT_BEFORE"})
    void withoutTheDatastoreNothingIsPermittedAndNothingChanges(Fault fault) throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.STREAM).awaitDecision();
        proxy.datastore.beginOutage(fault);

        var story = WriteStory.play(proxy, call, "all:Pa 9s");
        assertThat(story.answers()).isEqualTo("g1=. g2=. g3=.");
        story.then("2s");

        assertThat(story.answers()).isEqualTo("g1=U g2=U g3=U");
        assertThat(call.end(StatusCode.UNAVAILABLE, true, true)).isEqualTo("pass");
        assertThat(proxy.generations()).isEqualTo("5: g1=5 g2=5 g3=5");
        assertThat(proxy.datastore.calls(Operation.RECORD)).isZero();
    }

    @Test
    void whoWasNotPermittedAnythingIsToldWhy() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.STREAM).awaitDecision();
        proxy.datastore.fail(Operation.OPEN_INTENTS, Fault.REFUSED);
        call.vote("g2", VotePhase.PREPARED, 'a');

        assertThat(call.vote("g1", VotePhase.PREPARED, 'a'))
                .hasToString("UNAVAILABLE: no permission: planned fault in OPEN_INTENTS");
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = {"UNCHANGED", "IN_DOUBT_BEFORE", "IN_DOUBT_AFTER"})
    void aCommitInDoubtIsRepeatedWithTheSameIntent(Fault fault) throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.datastore.fail(Operation.OPEN_INTENTS, fault);
        var call = proxy.call(ProxyFixture.WRITE);

        var story = WriteStory.play(proxy, call, "all:Pa 1s");

        assertThat(story.answers()).isEqualTo("g1=C g2=. g3=."); // the primary goes first
        assertThat(proxy.datastore.calls(Operation.OPEN_INTENTS)).isEqualTo(2);
        assertThat(proxy.openIntents()).isEqualTo(1);
    }

    @Test
    void anIntentThatMayHaveBeenOpenedIsWithdrawnWhenTheDatastoreIsBack() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.datastore.fail(Operation.OPEN_INTENTS, Fault.IN_DOUBT_AFTER);
        proxy.datastore.beginOutage(Fault.UNCHANGED);
        var call = proxy.call(ProxyFixture.WRITE_OUTSIDE_VOTES);
        proxy.settle();
        assertThat(call.failure().code()).isEqualTo(StatusCode.UNAVAILABLE); // it did not get so far
        proxy.datastore.endOutage();

        call = proxy.call(ProxyFixture.STREAM).awaitDecision();
        proxy.datastore.beginOutage(Fault.UNCHANGED);
        var story = WriteStory.play(proxy, call, "all:Pa 11s all-");
        assertThat(story.answers()).isEqualTo("g1=U g2=U g3=U");
        assertThat(proxy.openIntents()).as("nobody knows that it is open").isEqualTo(1);

        proxy.datastore.endOutage();
        proxy.advance(Duration.ofSeconds(1));

        assertThat(proxy.openIntents()).isZero();
    }
}
