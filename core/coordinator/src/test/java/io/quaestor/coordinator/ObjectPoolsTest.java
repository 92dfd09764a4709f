package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// From which object pool a repository borrows: RT 1.11, 10.10.
class ObjectPoolsTest {

    private static final String GET = "gitaly.ObjectPoolService/GetObjectPool";
    private static final RepositoryKey POOL = new RepositoryKey(ProxyFixture.DEFAULT, "@pools/pool.git");
    private static final byte[] NO_POOL = {};

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    ObjectPoolsTest() throws InterruptedException {}

    @Test
    void aPoolIsNamedAsClientsKnowIt() throws InterruptedException {
        repositoryOnAllNodes();
        var id = proxy.repository(POOL, "g1", 5, 5, 5).value();
        link(new ReplicaPath("@cluster/pools/6b/86/" + id));

        assertThat(proxy.call(GET).answer()).isEqualTo(poolOf("default", "@pools/pool.git"));
    }

    @Test
    void aPoolThatNoProxyMadeKeepsItsPath() throws InterruptedException {
        repositoryOnAllNodes();
        link(new ReplicaPath("@pools/made/elsewhere.git"));

        assertThat(proxy.call(GET).answer()).isEqualTo(poolOf("default", "@pools/made/elsewhere.git"));
    }

    @Test
    void aRepositoryThatBorrowsFromNobodyHasAnEmptyAnswer() throws InterruptedException {
        repositoryOnAllNodes();

        assertThat(proxy.call(GET).answer()).isEqualTo(NO_POOL);
    }

    @Test
    void aNodeIsAskedInItsOwnWordsAndOnlyInThose() throws InterruptedException {
        repositoryOnAllNodes();
        var more = Messages.field(1, Messages.text(8, "group/project"));
        var exchange = proxy.exchange().with("username", "somebody");

        proxy.call(exchange, GET, Messages.join(Messages.about("default", "a/b.git"), more)).awaitDecision();

        var path = proxy.placement().path().value();
        assertThat(proxy.nodeCalls.calls()).singleElement().satisfies(call -> {
            assertThat(call.node().storage().value()).isEqualTo("g3");
            assertThat(call.request()).isEqualTo(Messages.about("g3", path));
            assertThat(call.metadata()).containsOnlyKeys("x-gitlab-correlation-id");
        });
    }

    @ParameterizedTest(name = "storage \"{0}\", path \"{1}\"")
    @CsvSource({"'', ''", "'', a/b.git", "default, ''"})
    void aQuestionWithoutARepositoryIsRefused(String storage, String path) throws InterruptedException {
        var refused = new Failure(StatusCode.INVALID_ARGUMENT, "repository not set");

        assertThat(proxy.call(GET, Messages.about(storage, path)).failure()).isEqualTo(refused);
        assertThat(proxy.call(GET, new byte[0]).failure()).isEqualTo(refused);
    }

    @Test
    void whatIsUnknownIsSaidInPraefectsWords() throws InterruptedException {
        assertThat(proxy.call(GET, Messages.about("other", "a/b.git")).failure())
                .isEqualTo(new Failure(
                        StatusCode.INVALID_ARGUMENT, "route RPC: virtual storage does not exist"));
        assertThat(proxy.call(GET).failure())
                .isEqualTo(new Failure(
                        StatusCode.NOT_FOUND, "route RPC: consistent storages: repository not found"));
    }

    @ParameterizedTest(name = "generations {0} {1}, reached {2} → {3}")
    @CsvSource({
        "5, 5, none, no healthy nodes",
        "4, 5, g1,   no suitable node to serve the request",
    })
    void whatIsOnlySoForNowIsUnavailable(long first, long second, String reached, String text)
            throws InterruptedException {
        proxy.repository("g1", first, second);
        proxy.view = reached.equals("none") ? ProxyFixture.view(0) : ProxyFixture.view(0, reached);

        assertThat(proxy.call(GET).failure())
                .isEqualTo(new Failure(StatusCode.UNAVAILABLE, "route RPC: " + text));
        assertThat(proxy.nodeCalls.calls()).isEmpty();
    }

    @Test
    void aNodesOwnFailureKeepsItsCode() throws InterruptedException {
        repositoryOnAllNodes();
        proxy.nodes.get("g3").refuse(GET, StatusCode.FAILED_PRECONDITION.number(), "alternates are broken");

        assertThat(proxy.call(GET).failure())
                .isEqualTo(new Failure(
                        StatusCode.FAILED_PRECONDITION, "get object pool: alternates are broken"));
        assertThat(proxy.nodeCalls.calls()).hasSize(1);
    }

    @Test
    void aNodeThatHangsIsNotWaitedForLongWhereAnotherOneCanBeAsked() throws InterruptedException {
        repositoryOnAllNodes();
        proxy.nodes.get("g3").refuse(GET, StatusCode.DEADLINE_EXCEEDED.number(), "too slow");

        assertThat(proxy.call(GET).answer()).isEqualTo(NO_POOL);
        assertThat(proxy.nodeCalls.calls())
                .extracting(call -> call.node().storage().value(), call -> call.limit().toSeconds())
                .containsExactly(tuple("g3", 5L), tuple("g2", 30L));
    }

    @Test
    void aNodeThatHangsIsToBeTriedAgainWhereNobodyElseCanBeAsked() throws InterruptedException {
        proxy.repository("g3", 4, 4, 5);
        proxy.nodes.get("g3").refuse(GET, StatusCode.DEADLINE_EXCEEDED.number(), "too slow");

        assertThat(proxy.call(GET).failure())
                .isEqualTo(new Failure(StatusCode.UNAVAILABLE, "get object pool: too slow"));
        assertThat(proxy.nodeCalls.calls()).extracting(call -> call.limit().toSeconds()).containsExactly(30L);
    }

    @Test
    void whileAWriteIsUnderWayItWaitsAsAnyOtherRead() throws InterruptedException {
        repositoryOnAllNodes();
        var story = WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE), "all:Pa");
        var question = proxy.call(GET);
        proxy.settle();
        assertThat(question.isDecided()).isFalse();

        story.then("g1:Ca");

        assertThat(question.answer()).isEqualTo(NO_POOL);
        assertThat(proxy.nodeCalls.calls()).extracting(call -> call.node().storage().value()).containsExactly("g1");
    }

    @Test
    void whatANodeSaysThatMeansNothingIsAnError() throws InterruptedException {
        repositoryOnAllNodes();
        proxy.nodes.get("g3").answer(GET, _ -> new byte[] {10, 100, 1});

        assertThat(proxy.call(GET).failure())
                .isEqualTo(new Failure(
                        StatusCode.INTERNAL, "get object pool: a field is longer than its message"));
    }

    @Test
    void whereANodeIsAwayAnotherOneIsAskedOnce() throws InterruptedException {
        repositoryOnAllNodes();
        proxy.nodes.get("g3").goDown();

        assertThat(proxy.call(GET).answer()).isEqualTo(NO_POOL);

        proxy.nodes.get("g2").goDown();

        assertThat(proxy.call(GET).failure())
                .isEqualTo(new Failure(StatusCode.UNAVAILABLE, "get object pool: connection refused"));
        assertThat(proxy.nodeCalls.calls()).hasSize(4);
    }

    @Test
    void noOutdatedReplicaIsAskedInsteadOfANodeThatIsAway() throws InterruptedException {
        proxy.repository("g3", 4, 4, 5);
        proxy.nodes.get("g3").goDown();

        assertThat(proxy.call(GET).failure().code()).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(proxy.nodeCalls.calls()).hasSize(1);
    }

    @ParameterizedTest(name = "number {0}")
    @ValueSource(strings = {"4711", "0", "99999999999999999999"})
    void aPoolThatIsNotKnownIsAnError(String number) throws InterruptedException {
        repositoryOnAllNodes();
        link(new ReplicaPath("@cluster/pools/6b/86/" + number));

        assertThat(proxy.call(GET).failure())
                .isEqualTo(new Failure(
                        StatusCode.INTERNAL, "get Praefect repository metadata: repository not found"));
    }

    @Test
    void aPlacementInMemoryIsEnough() throws InterruptedException {
        repositoryOnAllNodes();
        proxy.call(ProxyFixture.READ).awaitDecision();
        int asked = proxy.datastore.calls(Operation.FIND);

        proxy.call(GET).awaitDecision();

        assertThat(proxy.datastore.calls(Operation.FIND)).isEqualTo(asked);
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({"UNCHANGED, UNAVAILABLE", "REFUSED, INTERNAL"})
    void withoutTheDatastoreTryingAgainHelps(Fault fault, StatusCode code) throws InterruptedException {
        repositoryOnAllNodes();
        link(new ReplicaPath("@cluster/pools/6b/86/1"));
        proxy.datastore.beginOutage(fault);

        assertThat(proxy.call(GET).failure())
                .isEqualTo(new Failure(code, "route RPC: consistent storages: planned fault in FIND"));

        proxy.datastore.endOutage();
        proxy.call(ProxyFixture.READ).awaitDecision();
        proxy.datastore.beginOutage(fault);

        assertThat(proxy.call(GET).failure())
                .isEqualTo(new Failure(code, "get Praefect repository metadata: planned fault in FIND"));
    }

    private void repositoryOnAllNodes() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var path = proxy.placement().path();
        proxy.nodes.values().forEach(node -> node.put(path, "content"));
    }

    private void link(ReplicaPath pool) throws InterruptedException {
        var path = proxy.placement().path();
        proxy.nodes.values().forEach(node -> node.link(path, pool));
    }

    private static byte[] poolOf(String storage, String path) {
        return Messages.field(1, Messages.field(1, Messages.repository(storage, path)));
    }
}
