package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/// The rules of the lives of proxies: [io.quaestor.spi.datastore.Intents#join], `renew` and `leave`.
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class ProxyLivesConformance extends IntentStoreConformance {

    private static final RepositoryKey KEY = key("a.git");
    private static final Duration MOST_OF_IT = Duration.ofMinutes(6);

    @Test
    void laterLivesHaveGreaterNumbers() throws Exception {
        ProxyLife first = join("p1");
        ProxyLife second = intents(another()).join(new ProxyIdentity("p2", "host-2"), LEASE);
        ProxyLife third = join("p1");

        assertThat(List.of(first.number(), second.number(), third.number()))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aLifeLastsAsLongAsItsLease() throws Exception {
        ProxyLife life = join("p1");
        letTimePass(MOST_OF_IT);
        assertThat(lives(life)).isTrue();

        letTimePass(MOST_OF_IT);

        assertThat(lives(life)).isFalse();
    }

    @Test
    void aLifeThatIsRenewedLastsLonger() throws Exception {
        ProxyLife life = join("p1");
        letTimePass(MOST_OF_IT);

        assertThat(intents.renew(life, LEASE)).isTrue();

        letTimePass(MOST_OF_IT);
        assertThat(lives(life)).isTrue();
    }

    @Test
    void aLifeWhoseLeaseWasOverIsRenewed() throws Exception {
        ProxyLife life = join("p1");
        letAllDie();

        assertThat(intents.renew(life, LEASE)).isTrue();

        assertThat(lives(life)).isTrue();
    }

    @Test
    void aProxyThatIsBackOnItsHostHasEndedItsEarlierLives() throws Exception {
        ProxyLife first = join("p1");
        ProxyLife second = join("p1");

        assertThat(intents.renew(first, LEASE)).isFalse();
        assertThat(lives(first)).isFalse();
        assertThat(intents.renew(second, LEASE)).isTrue();
        assertThat(lives(second)).isTrue();
    }

    @Test
    void anotherProxyOrTheSameNameOnAnotherHostEndsNothing() throws Exception {
        ProxyLife life = join("p1");

        join("p2");
        intents.join(new ProxyIdentity("p1", "host-2"), LEASE);

        assertThat(lives(life)).isTrue();
        assertThat(intents.renew(life, LEASE)).isTrue();
    }

    @Test
    void aLifeThatWasLeftIsForgotten() throws Exception {
        ProxyLife life = join("p1");

        intents.leave(life);
        intents.leave(life);

        assertThat(intents.renew(life, LEASE)).isFalse();
        assertThat(lives(life)).isFalse();
    }

    @Test
    void aLifeThatWasLeftWithOpenIntentsHasEnded() throws Exception {
        RepositoryId id = create(KEY, G1);
        ProxyLife life = join("p1");
        IntentId intent = opened(life, id, KEY);

        intents.leave(life);

        assertThat(suspectIds()).containsExactly(intent);
        assertThat(intents.renew(life, LEASE)).isFalse();
        assertThat(lives(life)).isFalse();
    }

    @Test
    void aLifeThatIsNotKnownIsNotRenewed() throws Exception {
        assertThat(intents.renew(new ProxyLife(4711), LEASE)).isFalse();
        assertThat(lives(new ProxyLife(4711))).isFalse();
    }

    @Test
    void ofSeveralLivesOfAProxyThatBeginAtTheSameTimeOnlyTheLastLives() throws Exception {
        var other = intents(another());
        Callable<ProxyLife> here = () -> join("p1");
        Callable<ProxyLife> there = () -> other.join(new ProxyIdentity("p1", "host-1"), LEASE);

        List<ProxyLife> begun = Concurrently.run(List.of(here, there, here, there));

        ProxyLife last = begun.stream()
                .max((one, another) -> Long.compare(one.number(), another.number()))
                .orElseThrow();
        for (ProxyLife life : begun) {
            assertThat(lives(life)).as("life %d", life.number()).isEqualTo(life.equals(last));
        }
        assertThat(begun).doesNotHaveDuplicates();
    }

    /// Whether it may write.
    private boolean lives(ProxyLife life) throws InterruptedException {
        var intent = creation(life, key("of-" + life.number() + ".git"));
        IntentResult result = open(life, intent);
        intents.withdraw(List.of(intent.id()));
        assertThat(result).isInstanceOfAny(IntentResult.Opened.class, IntentResult.LifeEnded.class);
        return result instanceof IntentResult.Opened;
    }
}
