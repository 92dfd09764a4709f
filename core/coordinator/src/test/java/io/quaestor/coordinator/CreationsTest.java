package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Creations: RT 1.8, 3.3; P1.
class CreationsTest {

    private static final String TAKEN =
            "route repository creation: reserve repository id: repository already exists";

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    CreationsTest() throws InterruptedException {}

    @Test
    void aRepositoryIsRecordedBeforeTheClientHearsOfIt() throws InterruptedException {
        proxy.view = ProxyFixture.view(0, "g1");
        var call = proxy.call(ProxyFixture.CREATE);

        assertThat(call.destination().firstMessage())
                .isEqualTo(Messages.about("g1", "@cluster/repositories/6b/86/1"));
        assertThat(proxy.memory.repositories().exists(ProxyFixture.KEY)).isFalse();
        assertThat(call.succeed()).isEqualTo("pass");

        assertThat(proxy.generations()).isEqualTo("0: g1=0");
        assertThat(proxy.placement().path().value()).isEqualTo("@cluster/repositories/6b/86/1");
        assertThat(proxy.jobs()).isEqualTo("g1→g2 g1→g3");
        assertThat(proxy.rings).containsExactly("g2", "g3");
    }

    @Test
    void aReplicationFactorAssignsStorages() throws InterruptedException {
        proxy.view = ProxyFixture.view(2, "g1", "g2");

        proxy.call(ProxyFixture.CREATE).succeed();

        assertThat(proxy.placement().replicas().stream()
                        .filter(r -> r.assigned())
                        .map(r -> r.storage().value()))
                .containsExactly("g1", "g2");
    }

    @ParameterizedTest(name = "{0}, reached: {1}, answered: {2}")
    @CsvSource({"INTERNAL, true, true", "UNAVAILABLE, true, false", "UNAVAILABLE, false, false"})
    void aCreationThatFailedLeavesNothingBehind(StatusCode status, boolean reached, boolean answered)
            throws InterruptedException {
        assertThat(proxy.call(ProxyFixture.CREATE).end(status, reached, answered)).isEqualTo("pass");

        assertThat(proxy.memory.repositories().exists(ProxyFixture.KEY)).isFalse(); // Praefect: RT 11.6
        assertThat(proxy.jobs()).isEmpty();
        assertThat(proxy.call(ProxyFixture.CREATE).storages()).hasSize(3); // and it can be tried again
    }

    @ParameterizedTest(name = "{1} times {0}")
    @CsvSource({"x, 4096, true", "x, 4097, false", "ä, 2048, true", "ä, 2049, false", "'\"', 2048, true", "'\"', 2049, false",
        "'\u0001', 682, true", "'\u0001', 683, false"})
    void aPathThatNoNotificationWouldHoldIsRefused(String character, int count, boolean taken) throws InterruptedException {
        var call = proxy.call(ProxyFixture.CREATE, Messages.about("default", character.repeat(count)));

        if (taken) {
            assertThat(call.succeed()).isEqualTo("pass");
        } else {
            assertThat(call.failure().code()).isEqualTo(StatusCode.INVALID_ARGUMENT);
            assertThat(proxy.openIntents()).isZero();
        }
    }

    @Test
    void aTextThatIsTooLongForTrailersIsCut() {
        assertThat(new Failure(StatusCode.INTERNAL, "x".repeat(4096)).text()).hasSize(4096);
        assertThat(new Failure(StatusCode.INTERNAL, "x".repeat(4097)).text()).hasSize(4098).endsWith("x …");
        assertThat(new Failure(StatusCode.INTERNAL, "ä".repeat(683)).text()).hasSize(684).endsWith("ä …");
        assertThat(new Failure(StatusCode.INTERNAL, "x😀".repeat(400)).text()).hasSize(946 + 2).endsWith("x …");
    }

    @Test
    void aNameThatIsTakenIsRefused() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);

        assertThat(proxy.call(ProxyFixture.CREATE).failure())
                .isEqualTo(new Failure(StatusCode.ALREADY_EXISTS, TAKEN));
    }

    @Test
    void ofTwoWhoCreateTheSameNameTheFirstToBeRecordedWins() throws InterruptedException {
        var call = proxy.call(ProxyFixture.CREATE).awaitDecision();
        proxy.memory.repositories().record(List.of(new WriteRecord.Creation(
                new RepositoryId(77),
                ProxyFixture.KEY,
                new ReplicaPath("elsewhere"),
                new StorageName("g2"),
                Set.of(new StorageName("g2")),
                Set.of(),
                false,
                "other",
                Optional.empty())));

        assertThat(call.succeed()).isEqualTo("ALREADY_EXISTS: repository already exists");
        assertThat(proxy.placement().path()).isEqualTo(new ReplicaPath("elsewhere"));
    }

    @Test
    void anUpsertOfAKnownRepositoryIsAWrite() throws InterruptedException {
        proxy.repository("g2", 5, 5, 5);
        var call = proxy.call(ProxyFixture.UPSERT);

        assertThat(call.storages()).containsExactly("g2", "g1", "g3");
        assertThat(call.succeed()).isEqualTo("pass");

        assertThat(proxy.generations()).isEqualTo("6: g1=6 g2=6 g3=6");
    }

    @Test
    void anUpsertOfAnUnknownRepositoryIsACreation() throws InterruptedException {
        proxy.call(ProxyFixture.UPSERT).succeed();

        assertThat(proxy.placement().generation().value()).isZero();
    }

    @Test
    void anUpsertThatMeetsAReadOnlyRepositorySaysThatItWasCreating() throws InterruptedException {
        proxy.repository("g1", 4, 5, 5);
        proxy.view = ProxyFixture.view(0, "g1");

        assertThat(proxy.call(ProxyFixture.UPSERT).failure())
                .isEqualTo(new Failure(
                        StatusCode.FAILED_PRECONDITION,
                        "route repository creation: repository is in read-only mode"));
    }

    @Test
    void aPoolIsCreatedBesideItsOrigin() throws InterruptedException {
        var pool = "@pools/4e/07/4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce.git";
        proxy.repository(new RepositoryKey(ProxyFixture.DEFAULT, "origin.git"), "g2", 3, 3, 2);
        // CreateObjectPoolRequest: the pool is field 1, the origin field 2
        var message = Messages.about(
                Messages.field(1, Messages.repository("default", pool)), Messages.repository("default", "origin.git"));

        var call = proxy.call("gitaly.ObjectPoolService/CreateObjectPool", message);

        assertThat(call.destination().firstMessage())
                .isEqualTo(Messages.about(
                        Messages.field(1, Messages.repository("g2", "@cluster/pools/d4/73/2")),
                        Messages.repository("g2", "@cluster/repositories/1")));
        call.succeed();
        assertThat(proxy.jobs()).isEqualTo("g2→g1 g2→g3");
    }

    @Test
    void nothingIsReservedForACreationThatGoesNowhere() throws InterruptedException {
        proxy.view = ProxyFixture.view(0);

        assertThat(proxy.call(ProxyFixture.CREATE).failure())
                .isEqualTo(new Failure(StatusCode.UNAVAILABLE, "route repository creation: no healthy nodes"));
        assertThat(proxy.datastore.calls(Operation.RESERVE)).isZero();
    }
}
