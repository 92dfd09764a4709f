package io.quaestor.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.replication.CopyTask;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import io.quaestor.spi.replication.RemovalTask;
import io.quaestor.spi.replication.ReplicationResult;
import io.quaestor.spi.replication.ReplicationTransport;
import io.quaestor.testkit.conformance.Failures;
import io.quaestor.testkit.conformance.ReplicationTransportConformance;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The kit of repairs has teeth.
class TransportKitTest {

    @Test
    void aTransportThatForgetsPoolsIsFound() {
        assertThat(Failures.of(ForgetsPools.class)).containsExactly("theTargetBorrowsFromTheSamePoolAsTheSource");
    }

    @Test
    void aTransportThatTakesEveryFailureForAnInvalidSourceIsFound() {
        assertThat(Failures.of(BlamesTheSource.class)).contains("aNodeThatIsDownIsAFailureAndNotAnInvalidSource");
    }

    @Test
    void aTransportThatSwallowsFailuresIsFound() {
        assertThat(Failures.of(Swallows.class))
                .contains(
                        "aNodeThatIsDownIsAFailureAndNotAnInvalidSource",
                        "aReplicaIsNotSaidToBeRemovedWhileItsNodeIsDown");
    }

    @Test
    void aTransportThatWantsAReplicaToBeThereIsFound() {
        assertThat(Failures.of(ForgetsPools.class)).doesNotContain("aReplicaThatIsNotThereCountsAsRemoved");
        assertThat(Failures.of(WantsReplicas.class)).contains("aReplicaThatIsNotThereCountsAsRemoved");
    }

    /// Copies and removes, but knows nothing of pools.
    private static class Simple implements ReplicationTransport {

        @Override
        public ReplicationResult copy(CopyTask task, NodeCalls nodes) throws NodeCallException, InterruptedException {
            byte[] target = WireFields.field(1, repository(task.target(), task.path()));
            byte[] source = WireFields.field(2, repository(task.source(), task.path()));
            var request = new byte[target.length + source.length];
            System.arraycopy(target, 0, request, 0, target.length);
            System.arraycopy(source, 0, request, target.length, source.length);
            var metadata = Map.of(
                    "gitaly-servers", nodes.servers(Set.of(task.source())),
                    "x-gitlab-correlation-id", task.correlationId());
            try {
                call(nodes, task.target(), "ReplicateRepository", request, metadata);
                return new ReplicationResult.Copied();
            } catch (NodeCallException failure) {
                return failed(failure);
            }
        }

        ReplicationResult failed(NodeCallException failure) throws NodeCallException {
            if (failure.code() == ScriptedNode.NOT_FOUND) {
                return new ReplicationResult.SourceInvalid(failure.text());
            }
            throw failure;
        }

        @Override
        public void remove(RemovalTask task, NodeCalls nodes) throws NodeCallException, InterruptedException {
            byte[] request = WireFields.field(1, repository(task.node(), task.path()));
            var metadata = Map.of("x-gitlab-correlation-id", task.correlationId());
            try {
                call(nodes, task.node(), "RemoveRepository", request, metadata);
            } catch (NodeCallException failure) {
                notRemoved(failure);
            }
        }

        void notRemoved(NodeCallException failure) throws NodeCallException {
            if (failure.code() != ScriptedNode.NOT_FOUND) {
                throw failure;
            }
        }

        private static void call(
                NodeCalls nodes, NodeId node, String rpc, byte[] request, Map<String, String> metadata)
                throws NodeCallException, InterruptedException {
            nodes.unary(node, "gitaly.RepositoryService/" + rpc, request, metadata, Duration.ofMinutes(1));
        }

        /// A `gitaly.Repository` as the content of a field.
        private static byte[][] repository(NodeId node, ReplicaPath path) {
            return new byte[][] {
                WireFields.field(2, node.storage().value()), WireFields.field(3, path.value()),
            };
        }
    }

    static class ForgetsPools extends ReplicationTransportConformance {
        @Override
        protected ReplicationTransport transport() {
            return new Simple();
        }
    }

    static class BlamesTheSource extends ReplicationTransportConformance {
        @Override
        protected ReplicationTransport transport() {
            return new Simple() {
                @Override
                ReplicationResult failed(NodeCallException failure) {
                    return new ReplicationResult.SourceInvalid(failure.text());
                }
            };
        }
    }

    static class Swallows extends ReplicationTransportConformance {
        @Override
        protected ReplicationTransport transport() {
            return new Simple() {
                @Override
                ReplicationResult failed(NodeCallException failure) {
                    return new ReplicationResult.Copied();
                }

                @Override
                void notRemoved(NodeCallException failure) {}
            };
        }
    }

    static class WantsReplicas extends ReplicationTransportConformance {
        @Override
        protected ReplicationTransport transport() {
            return new Simple() {
                @Override
                void notRemoved(NodeCallException failure) throws NodeCallException {
                    throw failure;
                }
            };
        }
    }
}
