package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.replication.CopyTask;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.RemovalTask;
import io.quaestor.spi.replication.ReplicationResult;
import io.quaestor.spi.replication.ReplicationTransport;
import io.quaestor.testkit.fake.ScriptedNode;
import io.quaestor.testkit.fake.ScriptedNodeCalls;
import java.time.Duration;
import org.apiguardian.api.API;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rules that every [ReplicationTransport] keeps. Extend this class beside your transport. The nodes are
/// [ScriptedNode]s; a transport that uses other RPCs than those teaches them by [#prepare].
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class ReplicationTransportConformance {

    private static final ReplicaPath PATH = new ReplicaPath("@cluster/repositories/aa/bb/1");
    private static final ReplicaPath POOL_A = new ReplicaPath("@cluster/pools/aa/bb/2");
    private static final ReplicaPath POOL_B = new ReplicaPath("@cluster/pools/aa/bb/3");

    private final ScriptedNode source = new ScriptedNode(NodeId.of("default", "gitaly-1"));
    private final ScriptedNode target = new ScriptedNode(NodeId.of("default", "gitaly-2"));
    private final ScriptedNode bystander = new ScriptedNode(NodeId.of("default", "gitaly-3"));
    private final ScriptedNodeCalls nodes = new ScriptedNodeCalls(source, target, bystander);
    private final CopyTask copy = new CopyTask(source.id(), target.id(), PATH, "correlation-1");
    private final RemovalTask removal = new RemovalTask(target.id(), PATH, "correlation-2");

    /// A transport that was not used yet.
    protected abstract ReplicationTransport transport();

    /// Teaches a node further RPCs.
    protected void prepare(ScriptedNode node) {}

    @BeforeEach
    void prepareNodes() {
        prepare(source);
        prepare(target);
        prepare(bystander);
    }

    @Test
    void aCopyMakesTheTargetEqualToTheSource() throws Exception {
        source.put(PATH, "contents");

        assertThat(transport().copy(copy, nodes)).isEqualTo(new ReplicationResult.Copied());
        assertThat(target.content(PATH)).contains("contents");
        assertThat(source.content(PATH)).contains("contents");
        assertThat(bystander.content(PATH)).isEmpty();
    }

    @Test
    void aLaterCopyReplacesWhatIsThere() throws Exception {
        source.put(PATH, "new");
        target.put(PATH, "old");

        transport().copy(copy, nodes);

        assertThat(target.content(PATH)).contains("new");
    }

    @Test
    void aSourceWithoutTheRepositoryIsSaidToBeInvalid() throws Exception {
        target.put(PATH, "old");

        assertThat(transport().copy(copy, nodes))
                .isInstanceOfSatisfying(ReplicationResult.SourceInvalid.class, invalid -> assertThat(invalid.reason())
                        .isNotBlank());
        assertThat(target.content(PATH)).contains("old");
    }

    @Test
    void aNodeThatIsDownIsAFailureAndNotAnInvalidSource() {
        source.put(PATH, "contents");
        source.goDown();
        assertThatThrownBy(() -> transport().copy(copy, nodes)).isInstanceOf(NodeCallException.class);

        source.comeUp();
        target.goDown();
        assertThatThrownBy(() -> transport().copy(copy, nodes)).isInstanceOf(NodeCallException.class);
    }

    /// Source and target borrow from the pools that are named; `-` is none.
    @ParameterizedTest(name = "source from {0}, target from {1}")
    @CsvSource({"-,-", "A,-", "A,A", "-,B", "A,B"})
    void theTargetBorrowsFromTheSamePoolAsTheSource(String ofSource, String ofTarget) throws Exception {
        source.put(PATH, "contents");
        target.put(PATH, "old").put(POOL_A, "pool").put(POOL_B, "pool");
        borrow(source, ofSource);
        borrow(target, ofTarget);

        assertThat(transport().copy(copy, nodes)).isEqualTo(new ReplicationResult.Copied());
        assertThat(target.poolOf(PATH)).isEqualTo(source.poolOf(PATH));
    }

    private static void borrow(ScriptedNode node, String pool) {
        switch (pool) {
            case "A" -> node.link(PATH, POOL_A);
            case "B" -> node.link(PATH, POOL_B);
            default -> {}
        }
    }

    @Test
    void aRemovedReplicaIsGoneAndOthersStay() throws Exception {
        source.put(PATH, "contents");
        target.put(PATH, "contents").put(POOL_A, "pool");

        transport().remove(removal, nodes);

        assertThat(target.content(PATH)).isEmpty();
        assertThat(target.content(POOL_A)).isPresent();
        assertThat(source.content(PATH)).isPresent();
    }

    @Test
    void aReplicaThatIsNotThereCountsAsRemoved() throws Exception {
        transport().remove(removal, nodes);
        transport().remove(removal, nodes);

        assertThat(target.content(PATH)).isEmpty();
    }

    @Test
    void aReplicaIsNotSaidToBeRemovedWhileItsNodeIsDown() {
        target.put(PATH, "contents");
        target.goDown();

        assertThatThrownBy(() -> transport().remove(removal, nodes)).isInstanceOf(NodeCallException.class);
        assertThat(target.content(PATH)).isPresent();
    }

    @Test
    void everyCallHasALimitAndTheCorrelationIdOfItsTask() throws Exception {
        source.put(PATH, "contents");

        transport().copy(copy, nodes);
        transport().remove(removal, nodes);

        assertThat(nodes.calls()).isNotEmpty().allSatisfy(call -> {
            assertThat(call.limit()).isPositive().isLessThanOrEqualTo(Duration.ofDays(7));
            assertThat(call.metadata().get("x-gitlab-correlation-id")).isIn("correlation-1", "correlation-2");
        });
    }

    @Test
    void onlyTheNodesOfTheTaskAreCalled() throws Exception {
        source.put(PATH, "contents");

        transport().copy(copy, nodes);

        assertThat(nodes.calls()).extracting(ScriptedNodeCalls.Call::node).doesNotContain(bystander.id());
    }

    @Test
    void interruptionIsPassedOn() {
        source.put(PATH, "contents");
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> transport().copy(copy, nodes)).isInstanceOf(InterruptedException.class);
        assertThat(target.content(PATH)).isEmpty();
    }
}
