package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.Settlement;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.StorageName;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A repository whose write a dead proxy has left behind: only the primary counts as up to date, until the replicas have
/// been compared (write intents, rule 3; P2, P6).
class SuspectRepositoriesTest {

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    private RepositoryId repository;

    SuspectRepositoriesTest() throws InterruptedException {}

    @BeforeEach
    void letAnotherProxyDieInTheMiddleOfAWrite() throws InterruptedException {
        repository = proxy.repository("g1", 5, 5, 5);
        var intents = proxy.elsewhere().intents().orElseThrow();
        var life = intents.join(new ProxyIdentity("another", "elsewhere"), Duration.ofSeconds(1));
        var intent = new NewIntent.Update(IntentId.of(life, 1), repository, ProxyFixture.KEY, new Generation(5), 1);
        intents.open(life, List.of(intent));
        assertThat(proxy.call(ProxyFixture.READ).storages()).as("while it lives").containsExactly("g3");
        proxy.advance(Duration.ofSeconds(1));
        proxy.coordinator.changed(ProxyFixture.KEY); // as the recovery says when it finds it
    }

    @Test
    void readsGoToThePrimaryAlone() throws InterruptedException {
        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g1");
        assertThat(proxy.call(ProxyFixture.READ_OF_PRIMARY).storages()).containsExactly("g1");
    }

    @Test
    void readsWaitForThePrimaryIfItIsAway() throws InterruptedException {
        proxy.view = ProxyFixture.view(0, "g2", "g3");

        assertThat(proxy.call(ProxyFixture.READ).failure().code()).isEqualTo(StatusCode.UNAVAILABLE);
    }

    @Test
    void nobodyElseBecomesPrimary() throws InterruptedException {
        proxy.view = ProxyFixture.view(0, "g2", "g3");

        assertThat(proxy.call(ProxyFixture.WRITE).failure())
                .isEqualTo(new Failure(
                        StatusCode.UNAVAILABLE,
                        "mutator call: route repository mutator: primary gitaly is not healthy"));
        assertThat(proxy.placement().primary()).contains(new StorageName("g1"));
    }

    @Test
    void aWriteGoesToThePrimaryAndTheOthersAreRepaired() throws InterruptedException {
        var call = proxy.call(ProxyFixture.WRITE);
        assertThat(call.storages()).containsExactly("g1");

        assertThat(call.succeed()).isEqualTo("pass");

        assertThat(proxy.generations()).isEqualTo("6: g1=6 g2=5 g3=5");
        assertThat(proxy.jobs()).isEqualTo("g1→g2 g1→g3");
    }

    @Test
    void aCreationBesideItGoesToThePrimaryAlone() throws InterruptedException {
        var pool = "@pools/4e/07/4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce.git";
        var message = Messages.about(
                Messages.field(1, Messages.repository("default", pool)), Messages.repository("default", "a/b.git"));

        assertThat(proxy.call(ProxyFixture.WRITE_WITHOUT_VOTES, message).storages()).containsExactly("g1");
    }

    @Test
    void everybodyWhoIsEqualCountsAgainWhenReplicasWereCompared() throws InterruptedException {
        var intents = proxy.elsewhere().intents().orElseThrow();
        var life = intents.join(new ProxyIdentity("recoverer", "elsewhere"), Duration.ofHours(1));
        intents.hold(life, repository);
        intents.settle(
                life,
                new Settlement(
                        repository,
                        ProxyFixture.KEY,
                        new StorageName("g1"),
                        Set.of(new StorageName("g1"), new StorageName("g2")),
                        Set.of(new StorageName("g3")),
                        "settlement"));

        assertThat(proxy.call(ProxyFixture.READ).storages()).containsExactly("g2");
        assertThat(proxy.call(ProxyFixture.WRITE).storages()).containsExactly("g1", "g2");
    }
}
