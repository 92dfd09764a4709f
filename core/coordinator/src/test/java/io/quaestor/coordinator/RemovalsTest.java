package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Notifications;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import io.quaestor.testkit.fake.ScriptedNodeCalls.Call;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Removals of object pools, and of everything: RT 1.11, 10.10. Those of repositories are in [InterceptorsTest].
class RemovalsTest {

    private static final String DELETE_POOL = "gitaly.ObjectPoolService/DeleteObjectPool";
    private static final String REMOVE_ALL = "gitaly.RepositoryService/RemoveAll";
    private static final String HASH = "ab12000000000000000000000000000000000000000000000000000000000000";
    private static final String POOL_PATH = "@pools/ab/12/" + HASH + ".git";
    private static final RepositoryKey POOL = new RepositoryKey(ProxyFixture.DEFAULT, POOL_PATH);
    private static final byte[] EMPTY = {};

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    RemovalsTest() throws InterruptedException {
        proxy.nodes.values().forEach(node -> node.answer(DELETE_POOL, _ -> EMPTY).answer(REMOVE_ALL, _ -> EMPTY));
    }

    @Test
    void aPoolIsForgottenAndRemovedFromEveryNodeThatHasIt() throws InterruptedException {
        proxy.repository(POOL, "g1", 5, 4, -1);
        var path = proxy.memory.placements().find(POOL).orElseThrow().path().value();

        assertThat(deletePool("default", POOL_PATH).answer()).isEqualTo(EMPTY);

        assertThat(proxy.memory.repositories().exists(POOL)).isFalse();
        assertThat(proxy.nodeCalls.calls("DeleteObjectPool"))
                .hasSize(2)
                .allSatisfy(call -> {
                    assertThat(call.request()).isEqualTo(pool(storageOf(call), path));
                    assertThat(call.metadata()).isEqualTo(Map.of("x-gitlab-correlation-id", "correlation-1"));
                })
                .extracting(RemovalsTest::storageOf)
                .containsExactlyInAnyOrder("g1", "g2");
    }

    @Test
    void aPoolIsDeletedThoughNodesFailOrAreNotConfigured() throws InterruptedException {
        proxy.memory.put(
                POOL, new StorageName("g1"), Map.of(new StorageName("g1"), 5L, new StorageName("gone"), 5L));
        proxy.nodes.get("g1").goDown();

        assertThat(deletePool("default", POOL_PATH).answer()).isEqualTo(EMPTY);

        assertThat(proxy.nodeCalls.calls()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "other"})
    void aPoolThatIsNotKnownIsDeletedAlready(String storage) throws InterruptedException {
        assertThat(deletePool(storage, POOL_PATH).answer()).isEqualTo(EMPTY);
        assertThat(proxy.nodeCalls.calls()).isEmpty();
    }

    @ParameterizedTest(name = "path \"{0}\"")
    @ValueSource(
            strings = {
                "a/b.git",
                "@hashed/ab/12/" + HASH + ".git",
                "@pools/ab/13/" + HASH + ".git",
                "@pools/ab/12/" + HASH,
                POOL_PATH + "/sub",
                "",
            })
    void whatIsNamedLikeARepositoryIsNotDeletedAsAPool(String path) throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);

        assertThat(deletePool("default", path).failure())
                .isEqualTo(new Failure(StatusCode.INVALID_ARGUMENT, "invalid object pool directory"));

        assertThat(proxy.memory.repositories().exists(ProxyFixture.KEY)).isTrue();
        assertThat(proxy.nodeCalls.calls()).isEmpty();
    }

    @Test
    void aDeletionThatNamesNoPoolIsRefused() throws InterruptedException {
        var nothing = new Failure(StatusCode.INVALID_ARGUMENT, "no object pool repository");

        assertThat(proxy.call(DELETE_POOL, EMPTY).failure()).isEqualTo(nothing);
        assertThat(proxy.call(DELETE_POOL, Messages.field(1, EMPTY)).failure()).isEqualTo(nothing);
        assertThat(deletePool("", "").failure().text()).isEqualTo("invalid object pool directory");
        assertThat(deletePool("", POOL_PATH).failure())
                .isEqualTo(new Failure(StatusCode.INVALID_ARGUMENT, "storage name not set"));
    }

    @Test
    void aReadAfterTheDeletionOfAPoolFindsNothingThoughNewsAreLost() throws InterruptedException {
        proxy.repository(POOL, "g1", 5, 5, 5);
        proxy.call(ProxyFixture.READ, Messages.about("default", POOL_PATH)).awaitDecision();
        proxy.datastore.notifications(Notifications.LOST);

        deletePool("default", POOL_PATH).awaitDecision();

        assertThat(proxy.call(ProxyFixture.READ, Messages.about("default", POOL_PATH)).failure().code())
                .isEqualTo(StatusCode.NOT_FOUND);
    }

    @Test
    void everythingIsForgottenAndRemovedFromAllNodesReachedOrNot() throws InterruptedException {
        proxy.repository("g1", 5, 5, -1);
        proxy.repository(POOL, "g1", 5, 5, -1);
        proxy.view = ProxyFixture.view(0, "g1");

        assertThat(removeAll("default").answer()).isEqualTo(EMPTY);

        assertThat(proxy.memory.repositories().exists(ProxyFixture.KEY)).isFalse();
        assertThat(proxy.memory.repositories().exists(POOL)).isFalse();
        assertThat(proxy.nodeCalls.calls("RemoveAll"))
                .allSatisfy(call -> assertThat(call.request()).isEqualTo(Messages.text(1, storageOf(call))))
                .extracting(RemovalsTest::storageOf)
                .containsExactlyInAnyOrder("g1", "g2", "g3");
    }

    @Test
    void allNodesAreAskedAtOnce() throws InterruptedException {
        var together = new CyclicBarrier(proxy.nodes.size());
        proxy.nodes.values().forEach(node -> node.answer(REMOVE_ALL, _ -> {
            try {
                together.await(10, TimeUnit.SECONDS); // of real time, for a test that hangs
                return EMPTY;
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
        }));

        assertThat(removeAll("default").answer()).isEqualTo(EMPTY);
    }

    @Test
    void aNodeThatFailsKeepsNoOtherFromRemovingAndTheFirstFailureIsTold() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.nodes.get("g1").refuse(REMOVE_ALL, StatusCode.INTERNAL.number(), "disk is read-only");
        proxy.nodes.get("g2").goDown();

        assertThat(removeAll("default").failure()).isEqualTo(new Failure(StatusCode.INTERNAL, "disk is read-only"));

        assertThat(proxy.nodeCalls.calls()).hasSize(3);
        assertThat(proxy.memory.repositories().exists(ProxyFixture.KEY)).isFalse();
    }

    @ParameterizedTest(name = "storage \"{0}\"")
    @ValueSource(strings = {"other", ""})
    void whatIsNotConfiguredHasNothingToRemove(String storage) throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);

        assertThat(removeAll(storage).answer()).isEqualTo(EMPTY);

        assertThat(proxy.memory.repositories().exists(ProxyFixture.KEY)).isTrue();
        assertThat(proxy.nodeCalls.calls()).isEmpty();
    }

    @Test
    void whatIsKnownOfAStorageThatIsNoLongerConfiguredIsForgotten() throws InterruptedException {
        var key = new RepositoryKey(new VirtualStorage("gone"), "a/b.git");
        proxy.memory.put(key, new StorageName("g1"), Map.of(new StorageName("g1"), 5L));

        assertThat(removeAll("gone").answer()).isEqualTo(EMPTY);

        assertThat(proxy.memory.repositories().exists(key)).isFalse();
    }

    @Test
    void aReadAfterEverythingWasRemovedFindsNothingThoughNewsAreLost() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.call(ProxyFixture.READ).awaitDecision();
        proxy.datastore.notifications(Notifications.LOST);

        removeAll("default").awaitDecision();

        assertThat(proxy.call(ProxyFixture.READ).failure().code()).isEqualTo(StatusCode.NOT_FOUND);
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({"UNCHANGED, UNAVAILABLE", "REFUSED, INTERNAL"})
    void noFileIsRemovedWhileTheDatastoreIsAway(Fault fault, StatusCode code) throws InterruptedException {
        proxy.datastore.fail(Operation.REMOVE, fault);
        proxy.datastore.fail(Operation.REMOVE_ALL, fault);

        assertThat(deletePool("default", POOL_PATH).failure())
                .isEqualTo(new Failure(code, "delete repository: planned fault in REMOVE"));
        assertThat(removeAll("default").failure())
                .isEqualTo(new Failure(code, "delete all db repositories: planned fault in REMOVE_ALL"));
        assertThat(proxy.nodeCalls.calls()).isEmpty();
    }

    private ScriptedExchange deletePool(String storage, String path) {
        return proxy.call(DELETE_POOL, pool(storage, path));
    }

    private ScriptedExchange removeAll(String storage) {
        return proxy.call(REMOVE_ALL, Messages.text(1, storage));
    }

    private static byte[] pool(String storage, String path) {
        return Messages.field(1, Messages.field(1, Messages.repository(storage, path)));
    }

    private static String storageOf(Call call) {
        return call.node().storage().value();
    }
}
