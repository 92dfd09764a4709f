package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.StorageName;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RPCs that the proxy answers itself: RT 1.11, 10.10.
class InterceptorsTest {

    private static final byte[] YES = {8, 1};
    private static final byte[] EMPTY = {};

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    InterceptorsTest() throws InterruptedException {}

    @ParameterizedTest(name = "storage \"{0}\", path \"{1}\" → {2}")
    @CsvSource({
        "default, a/b.git, true",
        "default, c/d.git, false",
        "other,   a/b.git, false", // an unknown virtual storage has no repositories; no error
    })
    void whatExistsIsKnownWithoutANode(String storage, String path, boolean exists) throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.view = ProxyFixture.view(0);

        var call = proxy.call(ProxyFixture.EXISTS, Messages.about(storage, path));

        assertThat(call.answer()).isEqualTo(exists ? YES : EMPTY);
        assertThat(proxy.nodeCalls.calls()).isEmpty();
    }

    @ParameterizedTest(name = "storage \"{0}\", path \"{1}\" → {2}")
    @CsvSource({
        "'',      '',      repository not set",
        "'',      a/b.git, storage name not set",
        "default, '',      repository path not set",
    })
    void aQuestionWithoutARepositoryIsRefused(String storage, String path, String text) throws InterruptedException {
        assertThat(proxy.call(ProxyFixture.EXISTS, Messages.about(storage, path)).failure())
                .isEqualTo(new Failure(StatusCode.INVALID_ARGUMENT, text));
        assertThat(proxy.call(ProxyFixture.EXISTS, EMPTY).failure())
                .isEqualTo(new Failure(StatusCode.INVALID_ARGUMENT, "repository not set"));
    }

    @Test
    void aRemovalForgetsTheRepositoryAndRemovesEveryReplica() throws InterruptedException {
        proxy.repository("g1", 5, 4, -1);
        var path = proxy.placement().path();
        proxy.nodes.get("g1").put(path, "content");
        proxy.nodes.get("g2").put(path, "old content");

        assertThat(proxy.call(ProxyFixture.REMOVE).answer()).isEqualTo(EMPTY);

        assertThat(proxy.memory.repositories().exists(ProxyFixture.KEY)).isFalse();
        assertThat(proxy.nodes.get("g1").content(path)).isEmpty();
        assertThat(proxy.nodes.get("g2").content(path)).isEmpty();
        assertThat(proxy.nodeCalls.calls("RemoveRepository")).hasSize(2).allSatisfy(c -> assertThat(c.metadata())
                .containsEntry("x-gitlab-correlation-id", "correlation-1"));
    }

    @Test
    void aReadAfterARemovalFindsNothing() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.call(ProxyFixture.READ).awaitDecision();

        proxy.call(ProxyFixture.REMOVE).awaitDecision();

        assertThat(proxy.call(ProxyFixture.READ).failure().code()).isEqualTo(StatusCode.NOT_FOUND);
    }

    @Test
    void aRemovalSucceedsThoughNodesFailOrAreNotConfigured() throws InterruptedException {
        proxy.memory.put(
                ProxyFixture.KEY,
                new StorageName("g1"),
                Map.of(new StorageName("g1"), 5L, new StorageName("gone"), 5L));
        proxy.nodes.get("g1").goDown();

        assertThat(proxy.call(ProxyFixture.REMOVE).answer()).isEqualTo(EMPTY);

        assertThat(proxy.nodeCalls.calls()).hasSize(1);
    }

    @Test
    void whatIsUnknownCannotBeRemoved() throws InterruptedException {
        assertThat(proxy.call(ProxyFixture.REMOVE).failure())
                .isEqualTo(new Failure(StatusCode.NOT_FOUND, "repository does not exist"));
        assertThat(proxy.nodeCalls.calls()).isEmpty();
    }

    @Test
    void whatIsNotAnsweredYetSaysSo() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);

        assertThat(proxy.call("gitaly.RepositoryService/BackupRepository").failure().code())
                .isEqualTo(StatusCode.UNIMPLEMENTED);
    }

    @Test
    void aRemovedRepositorysPathIsNotGivenAgain() throws InterruptedException {
        proxy.view = ProxyFixture.view(0, "g1");
        proxy.call(ProxyFixture.CREATE).succeed();
        var first = proxy.placement().path();
        proxy.call(ProxyFixture.REMOVE).awaitDecision();
        proxy.call(ProxyFixture.CREATE).succeed();

        assertThat(proxy.placement().path()).isNotEqualTo(first).isEqualTo(new ReplicaPath("@cluster/repositories/d4/73/2"));
    }
}
