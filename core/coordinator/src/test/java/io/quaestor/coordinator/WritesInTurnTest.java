package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.WriteTurn;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import io.quaestor.transaction.VotePhase;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where the configuration says so, writes to one repository come one after another (RT 11.13). A turn that is left is
/// found by the fixture.
class WritesInTurnTest {

    @RegisterExtension
    final ProxyFixture proxy =
            new ProxyFixture(Settings.DEFAULT.withWritesInTurn().build(), memory -> memory);

    private RepositoryId repository;

    WritesInTurnTest() throws InterruptedException {}

    @BeforeEach
    void putARepository() throws InterruptedException {
        repository = proxy.repository("g1", 5, 5, 5);
    }

    @Test
    void aWriteWithoutHooksTakesItsTurnBeforeItIsSent() throws InterruptedException {
        var first = proxy.call(ProxyFixture.WRITE).awaitDecision();
        var second = proxy.call(ProxyFixture.WRITE);
        proxy.settle();
        assertThat(second.isDecided()).isFalse();

        first.isNotReached("g3").succeed();

        assertThat(second.storages()).containsExactly("g1", "g2"); // it knows what the first one did
    }

    @Test
    void aVoteThatComesAfterTheEndWaitsForNoTurn() throws InterruptedException {
        var call = proxy.call(ProxyFixture.PUSH);
        WriteStory.play(proxy, call, "all-");

        assertThat(((VotedWrite) call.forwarding()).beforeLocks()).isFalse();
        proxy.settle();
        assertThat(proxy.memory.turnsTaken(proxy.life())).isEmpty();
    }

    @Test
    void aPushTakesItsTurnWhenThePrimarysHooksHaveAllowedIt() throws InterruptedException {
        var first = proxy.call(ProxyFixture.PUSH);
        var story = WriteStory.play(proxy, first, "g2:Ss g3:Ss"); // the primary asks GitLab, which may take long
        assertThat(proxy.memory.turnsTaken(proxy.life())).isEmpty();
        story.then("g1:Ss");
        assertThat(proxy.memory.turnsTaken(proxy.life())).containsExactly(repository);
        assertThat(story.answers()).isEqualTo("g1=C g2=C g3=C");

        var second = WriteStory.play(proxy, proxy.call(ProxyFixture.PUSH), "all:Ss");
        assertThat(second.answers()).isEqualTo("g1=. g2=. g3=.");
        story.then("all:Pa all:Ca all:Sp all:C0 all+");

        assertThat(first.told()).isEqualTo("pass");
        assertThat(second.answers()).isEqualTo("g1=C g2=C g3=C");
    }

    @Test
    void aPushOfANodeThatAsksNoHooksTakesItsTurnWhenThePrimaryIsAboutToLock() throws InterruptedException {
        WriteStory.play(proxy, proxy.call(ProxyFixture.PUSH), "all:As");

        assertThat(proxy.memory.turnsTaken(proxy.life())).containsExactly(repository);
    }

    @Test
    void writesToAnotherRepositoryDoNotWait() throws InterruptedException {
        proxy.repository(new RepositoryKey(ProxyFixture.DEFAULT, "other.git"), "g1", 1, 1, 1);
        proxy.call(ProxyFixture.WRITE).awaitDecision();

        assertThat(proxy.call(ProxyFixture.WRITE, Messages.about("default", "other.git")).storages())
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {ProxyFixture.WRITE, ProxyFixture.PUSH})
    void nobodyWaitsForATurnForEver(String method) throws InterruptedException {
        proxy.call(ProxyFixture.WRITE).awaitDecision();
        var second = proxy.call(method);
        proxy.settle();

        proxy.advance(Duration.ofSeconds(9));
        boolean push = method.equals(ProxyFixture.PUSH);
        assertThat(second.isDecided()).isEqualTo(push);
        var story = push ? WriteStory.play(proxy, second, "all:Ss 9s") : null;
        assertThat(story == null ? "" : story.answers()).isEqualTo(push ? "g1=. g2=. g3=." : "");
        proxy.advance(Duration.ofSeconds(1));

        assertThat(second.storages()).hasSize(3);
        assertThat(story == null ? "" : story.answers()).isEqualTo(push ? "g1=C g2=C g3=C" : "");
    }

    @Test
    void aTurnOfAnotherProxyIsWaitedFor() throws InterruptedException {
        var other = proxy.elsewhere()
                .intents()
                .orElseThrow()
                .join(new ProxyIdentity("another", "elsewhere"), Duration.ofHours(1));
        var theirs = new WriteTurn(repository, other, 1);
        var turns = proxy.elsewhere().turns().orElseThrow();
        assertThat(turns.take(theirs)).isTrue();
        var call = proxy.call(ProxyFixture.WRITE);
        proxy.advance(Duration.ofSeconds(2));
        assertThat(call.isDecided()).isFalse();

        turns.end(theirs);
        proxy.advance(Duration.ofSeconds(1));

        assertThat(call.isDecided()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {
        "g1-", "g1!", "g1? g2? g3?", "g2:Ss g3:Ss stop all-", "all:Ss stop all-", "all:Ss gone", "gone",
        "all:Ss all:Pa g1!", "all:Ss all:Pa gone 300s", "all:Ss all:Pa all:Ca all+", "all:Ss g1:Pa g2:Pb g3:Pc all-"
    })
    void aTurnEndsHoweverThePushEnds(String story) throws InterruptedException {
        WriteStory.play(proxy, proxy.call(ProxyFixture.PUSH), story).then("5s all!");

        assertThat(proxy.memory.turnsTaken(proxy.life())).isEmpty();
    }

    @Test
    void aTurnThatComesWhenThePushHasEndedIsGivenBack() throws InterruptedException {
        proxy.datastore.hold(Operation.TAKE_TURN);
        var call = proxy.call(ProxyFixture.PUSH);
        WriteStory.play(proxy, call, "all:Ss all-");
        assertThat(call.told()).isEqualTo("pass");

        proxy.datastore.release(Operation.TAKE_TURN);
        proxy.settle();

        assertThat(proxy.datastore.calls(Operation.END_TURN)).isEqualTo(1);
        assertThat(proxy.memory.turnsTaken(proxy.life())).isEmpty();
    }

    @Test
    void whoeverStopsThePushDoesNotWaitForItsTurn() throws InterruptedException {
        proxy.datastore.hold(Operation.TAKE_TURN);
        var story = WriteStory.play(proxy, proxy.call(ProxyFixture.PUSH), "all:Ss stop");

        assertThat(story.answers()).isEqualTo("g1=S g2=S g3=S");
    }

    @Test
    void aClientThatGoesWhileItsPushWaitsPermitsNothing() throws InterruptedException {
        proxy.datastore.hold(Operation.TAKE_TURN);
        var call = proxy.call(ProxyFixture.PUSH);

        var story = WriteStory.play(proxy, call, "all:Ss gone");

        assertThat(story.answers()).isEqualTo("g1=X g2=X g3=X");
    }

    @Test
    void aVoteThatWaitsForItsTurnCanBeTakenBack() throws InterruptedException {
        proxy.datastore.hold(Operation.TAKE_TURN);
        var call = proxy.call(ProxyFixture.PUSH).awaitDecision();
        var vote = call.vote("g1", VotePhase.SYNCHRONIZED, 's');
        vote.takeBack();

        proxy.datastore.release(Operation.TAKE_TURN);
        proxy.settle();

        assertThat(vote.isTold()).isFalse();
        assertThat(call.fails("g1").told()).isEqualTo("pass");
    }

    @Test
    void aVoteThatWaitsForItsTurnIsCastOnce() throws InterruptedException {
        proxy.datastore.hold(Operation.TAKE_TURN);
        var call = proxy.call(ProxyFixture.PUSH).awaitDecision();
        call.vote("g1", VotePhase.SYNCHRONIZED, 's');

        assertThat(call.vote("g1", VotePhase.PREPARED, 'a')).hasToString("INTERNAL: node already cast a vote: \"g1\"");
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void withoutTheDatastoreAWriteGoesOnWithoutATurn(Fault fault) throws InterruptedException {
        proxy.datastore.fail(Operation.TAKE_TURN, fault);

        assertThat(proxy.call(ProxyFixture.WRITE).succeed()).isEqualTo("pass");
        proxy.advance(Duration.ofSeconds(1));

        assertThat(proxy.memory.turnsTaken(proxy.life())).isEmpty(); // one that may have been taken is given back
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aTurnThatCouldNotBeEndedIsEndedLater(Fault fault) throws InterruptedException {
        proxy.datastore.fail(Operation.END_TURN, fault);
        var first = proxy.call(ProxyFixture.WRITE).awaitDecision();
        var second = proxy.call(ProxyFixture.WRITE);

        assertThat(first.succeed()).isEqualTo("pass");
        proxy.advance(Duration.ofSeconds(2));

        assertThat(second.storages()).hasSize(3);
    }

    @Test
    void aWriteThatGoesNowhereGivesItsTurnBack() throws InterruptedException {
        proxy.view = ProxyFixture.view(0);
        assertThat(proxy.call(ProxyFixture.WRITE).failure().code()).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(proxy.memory.turnsTaken(proxy.life())).isEmpty();

        proxy.view = ProxyFixture.view(0, "g1", "g2", "g3");
        proxy.datastore.fail(Operation.OPEN_INTENTS, Fault.REFUSED);
        assertThat(proxy.call(ProxyFixture.WRITE_OUTSIDE_VOTES).failure().code()).isEqualTo(StatusCode.INTERNAL);
        assertThat(proxy.memory.turnsTaken(proxy.life())).isEmpty();
    }

    @Test
    void theTurnEndsThoughTheRecordIsNotMade() throws InterruptedException {
        var first = proxy.call(ProxyFixture.WRITE).awaitDecision();
        var second = proxy.call(ProxyFixture.WRITE);
        proxy.datastore.fail(Operation.RECORD, Fault.REFUSED);

        assertThat(first.succeed()).isEqualTo("INTERNAL: increment generation: planned fault in RECORD");

        assertThat(second.storages()).hasSize(3);
    }

    @Test
    void creationsNeedNoTurn() throws InterruptedException {
        proxy.call(ProxyFixture.CREATE, Messages.about("default", "new.git")).succeed();

        assertThat(proxy.datastore.calls(Operation.TAKE_TURN)).isZero();
    }
}
