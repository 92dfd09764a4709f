package io.quaestor.plugin.replication.gitaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.replication.CopyTask;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.ReplicationResult;
import io.quaestor.spi.replication.ReplicationTransport;
import io.quaestor.testkit.conformance.ReplicationTransportConformance;
import io.quaestor.testkit.fake.FakeContext;
import io.quaestor.testkit.fake.ScriptedNode;
import io.quaestor.testkit.fake.ScriptedNodeCalls;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitalyReplicationTest extends ReplicationTransportConformance {

    private static final String REPLICATE = "gitaly.RepositoryService/ReplicateRepository";
    private static final String GET_POOL = "gitaly.ObjectPoolService/GetObjectPool";
    private static final String LINK = "gitaly.ObjectPoolService/LinkRepositoryToObjectPool";
    private static final ReplicaPath PATH = new ReplicaPath("@cluster/repositories/aa/bb/1");
    private static final ReplicaPath POOL = new ReplicaPath("@cluster/pools/aa/bb/2");

    private final ScriptedNode source = new ScriptedNode(NodeId.of("default", "gitaly-1")).put(PATH, "contents");
    private final ScriptedNode target = new ScriptedNode(NodeId.of("default", "gitaly-2"));
    private final ScriptedNodeCalls nodes = new ScriptedNodeCalls(source, target);
    private final CopyTask task = new CopyTask(source.id(), target.id(), PATH, "correlation-1");

    @Override
    protected ReplicationTransport transport() {
        return new GitalyReplication(GitalyReplicationConfig.defaults(), new FakeContext());
    }

    @Test
    void theTargetMayCallTheSourceAndNobodyElse() throws Exception {
        transport().copy(task, nodes);

        assertThat(nodes.calls())
                .extracting(call -> call.metadata().get("gitaly-servers"))
                .containsOnly(nodes.servers(Set.of(source.id())));
    }

    @Test
    void nodesThatKnowNoPoolsAreCopiedWithout() throws Exception {
        source.refuse(GET_POOL, 12, "unknown method");
        target.refuse(GET_POOL, 12, "unknown method");

        assertThat(transport().copy(task, nodes)).isInstanceOf(ReplicationResult.Copied.class);
    }

    @Test
    void aCopyMayTakeLongerThanOtherCalls() throws Exception {
        transport().copy(task, nodes);

        assertThat(nodes.calls("ReplicateRepository"))
                .extracting(ScriptedNodeCalls.Call::limit)
                .containsExactly(Duration.ofHours(6));
        assertThat(nodes.calls("GetObjectPool"))
                .extracting(ScriptedNodeCalls.Call::limit)
                .containsExactly(Duration.ofMinutes(10), Duration.ofMinutes(10));
    }

    @Test
    void withoutPoolsNothingIsLinked() throws Exception {
        transport().copy(task, nodes);

        assertThat(nodes.calls())
                .extracting(ScriptedNodeCalls.Call::toString)
                .containsExactly(
                        "ReplicateRepository to default/gitaly-2",
                        "GetObjectPool to default/gitaly-1",
                        "GetObjectPool to default/gitaly-2");
    }

    @Test
    void onlyGitalysOwnWordsMakeASourceInvalid() {
        target.refuse(REPLICATE, 5, "repository not found");
        assertThatThrownBy(() -> transport().copy(task, nodes)).isInstanceOf(NodeCallException.class);

        target.refuse(REPLICATE, 13, "invalid source repository");
        assertThatThrownBy(() -> transport().copy(task, nodes)).isInstanceOf(NodeCallException.class);
    }

    @Test
    void aTargetWhoseReferencesAreLockedIsUnfit() throws Exception {
        var text = "replicating repository: synchronizing references: fetch internal remote: exit status 253";
        target.refuse(REPLICATE, 13, text);

        assertThat(transport().copy(task, nodes)).isEqualTo(new ReplicationResult.TargetUnfit(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replicating repository: synchronizing references: fetch internal remote: exit status 128",
                "replicating repository: synchronizing references: fetch internal remote: exit status 1",
                "replicating repository: synchronizing references: fetch internal remote: signal: killed",
                "replicating repository: synchronizing gitconfig: rpc error: code = Unavailable desc = exit status 1",
                "replicating repository: exit status 1"
            })
    void aTargetWhoseFetchMayHaveFailedOtherwiseIsNotUnfit(String text) {
        target.refuse(REPLICATE, 13, text);

        assertThatThrownBy(() -> transport().copy(task, nodes)).isInstanceOf(NodeCallException.class);
    }

    @Test
    void nodesThatCannotShareObjectsKeepACompleteCopy() throws Exception {
        source.link(PATH, POOL);
        target.refuse(LINK, 3, "link: repositories are in different partitions");

        assertThat(transport().copy(task, nodes)).isEqualTo(new ReplicationResult.Copied());
        assertThat(target.poolOf(PATH)).isEmpty();
    }

    /// Gitaly 18 answers `FAILED_PRECONDITION: object pool is not a valid git repository`.
    @Test
    void aCopyWaitsForItsPool() throws Exception {
        source.link(PATH, POOL);

        assertThat(transport().copy(task, nodes))
                .isEqualTo(new ReplicationResult.Postponed("pool " + POOL + " is not on the target yet"));
    }

    @Test
    void anyOtherFailureToLinkFailsTheCopy() {
        source.link(PATH, POOL);
        target.refuse(LINK, 13, "disk is full");

        assertThatThrownBy(() -> transport().copy(task, nodes)).isInstanceOf(NodeCallException.class);
    }

    @Test
    void anAnswerThatCannotBeReadFailsTheCopy() {
        source.answer(GET_POOL, _ -> new byte[] {0x0a, 0x7f});

        assertThatThrownBy(() -> transport().copy(task, nodes))
                .isInstanceOf(NodeCallException.class)
                .hasMessageContaining("cut off");
    }

    @Test
    void nonsensicalLimitsAreRefusedByTheirKey() {
        assertThatThrownBy(() -> new GitalyReplicationConfig(Duration.ZERO, Duration.ofMinutes(1)))
                .hasMessageStartingWith("copy_limit ");
        assertThatThrownBy(() -> new GitalyReplicationConfig(Duration.ofMinutes(1), Duration.ofSeconds(-5)))
                .hasMessageStartingWith("call_limit ");
    }
}
