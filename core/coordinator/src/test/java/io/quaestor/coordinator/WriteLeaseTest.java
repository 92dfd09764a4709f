package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.Settlement;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.fake.StoredIntent;
import io.quaestor.transaction.VotePhase;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A proxy that the others may take for dead permits nothing: its lease, and those who settle what it has left; write
/// intents, rules 2 and 3.
class WriteLeaseTest {

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    WriteLeaseTest() throws InterruptedException {}

    // the lease

    @Test
    void withoutTheLeaseLateVotersGetAnErrorAndNeverAbort() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var story = WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "g1:Pa g2:Pa g1:Ca");
        proxy.neglectLease();

        story.then("4s g3:Pa g2:Ca g1+ g2+ g3-");

        assertThat(story.answers()).isEqualTo("g1=CC g2=CC g3=U"); // what is made may be confirmed
        assertThat(proxy.generations()).isEqualTo("6: g1=6 g2=6 g3=5");
    }

    @Test
    void withoutTheLeaseNothingIsPermitted() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        proxy.neglectLease();

        assertThat(WriteStory.play(proxy, call, "4s all:Pa").answers()).isEqualTo("g1=U g2=U g3=U");

        assertThat(proxy.generations()).isEqualTo("5: g1=5 g2=5 g3=5");
    }

    @Test
    void aWallClockThatJumpsEndsTheLease() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();

        proxy.clock.jump(Duration.ofSeconds(-2));

        assertThat(WriteStory.play(proxy, call, "g2:Pa g1:Pa").answers()).isEqualTo("g1=U g2=U");
    }

    @Test
    void aLeaseThatIsRenewedInTimePermits() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();

        assertThat(WriteStory.play(proxy, call, "60s all:Pa").answers()).isEqualTo("g1=C g2=. g3=.");
    }

    @Test
    void writesOfAnEarlierLifeAreNotPermitted() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        var earlier = proxy.life();
        elsewhere().join(new ProxyIdentity("proxy", "host"), Duration.ofSeconds(1)); // by mistake, or after a long pause

        proxy.advance(Duration.ofSeconds(1)); // and back again, with another life

        assertThat(proxy.life()).isNotEqualTo(earlier);
        assertThat(WriteStory.play(proxy, call, "g2:Pa g1:Pa").answers()).isEqualTo("g1=U g2=U");
        // what is left of the earlier life makes the repository suspect
        assertThat(WriteStory.play(proxy, proxy.call(ProxyFixture.STREAM), "all:Pa").answers()).isEqualTo("g1=C");
    }

    @Test
    void noLifeCountsItsIntentsFromTheBeginningAgain() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.call(ProxyFixture.WRITE).awaitDecision();
        var earlier = proxy.life();
        elsewhere().join(new ProxyIdentity("proxy", "host"), Duration.ofSeconds(1));
        proxy.advance(Duration.ofSeconds(1));
        proxy.call(ProxyFixture.WRITE).awaitDecision();

        assertThat(proxy.memory.openIntents())
                .extracting(StoredIntent::id)
                .containsExactlyInAnyOrder(IntentId.of(earlier, 1), IntentId.of(proxy.life(), 2));
    }

    @Test
    void aLifeThatTheDatastoreTakesForEndedOpensNothing() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        elsewhere().join(new ProxyIdentity("proxy", "host"), Duration.ofSeconds(1));

        var call = proxy.call(ProxyFixture.WRITE_OUTSIDE_VOTES);

        assertThat(call.failure())
                .isEqualTo(new Failure(
                        StatusCode.UNAVAILABLE,
                        "mutator call: route repository mutator: the lease of the proxy is over"));
    }

    // others compare replicas

    @Test
    void aWriteWaitsWhileReplicasAreCompared() throws InterruptedException {
        var id = proxy.repository("g1", 5, 5, 5);
        var other = anotherLife();
        elsewhere().hold(other, id);
        var call = proxy.call(ProxyFixture.WRITE);

        var story = WriteStory.play(proxy, call, "all:Pa 2s");
        assertThat(story.answers()).isEqualTo("g1=. g2=. g3=.");
        elsewhere().release(other, id);
        story.then("1s");

        assertThat(story.answers()).isEqualTo("g1=C g2=. g3=."); // the primary goes first
    }

    @Test
    void aWriteDoesNotWaitForAComparisonForEver() throws InterruptedException {
        var id = proxy.repository("g1", 5, 5, 5);
        elsewhere().hold(anotherLife(), id);
        var call = proxy.call(ProxyFixture.WRITE).awaitDecision();
        call.vote("g2", VotePhase.PREPARED, 'a');
        var vote = call.vote("g1", VotePhase.PREPARED, 'a');

        proxy.advance(Duration.ofSeconds(19));
        assertThat(vote).hasToString("waits");
        proxy.advance(Duration.ofSeconds(2));

        assertThat(vote).hasToString("UNAVAILABLE: no permission: the replicas of the repository are being compared");
    }

    @Test
    void aRecordThatFindsItsIntentSettledIsNoSuccess() throws InterruptedException {
        var id = proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.WRITE);
        WriteStory.play(proxy, call, "all:Pa all:Ca");
        proxy.neglectLease();
        proxy.advance(Duration.ofSeconds(5)); // everybody takes this proxy for dead
        var other = anotherLife();
        elsewhere().hold(other, id);
        assertThat(elsewhere().settle(other, allEqual(id))).isTrue();

        assertThat(call.end(StatusCode.OK, true, true))
                .isEqualTo("UNAVAILABLE: increment generation: the proxy was taken for dead, and whether the write is"
                        + " there is not known");
        assertThat(proxy.generations()).isEqualTo("6: g1=6 g2=6 g3=6"); // by the settlement, not by the record
        assertThat(proxy.elsewhere().placements().find(id).orElseThrow().suspect())
                .as("nodes may have written after the comparison")
                .isPresent();
    }

    private Intents elsewhere() {
        return proxy.elsewhere().intents().orElseThrow();
    }

    private ProxyLife anotherLife() throws InterruptedException {
        return elsewhere().join(new ProxyIdentity("another", "elsewhere"), Duration.ofHours(1));
    }

    private static Settlement allEqual(RepositoryId id) {
        return new Settlement(
                id,
                ProxyFixture.KEY,
                new StorageName("g1"),
                Set.copyOf(ProxyFixture.STORAGES),
                Set.of(),
                "settlement");
    }
}
