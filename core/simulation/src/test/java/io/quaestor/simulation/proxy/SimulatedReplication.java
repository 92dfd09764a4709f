package io.quaestor.simulation.proxy;

import io.quaestor.simulation.Sabotage;
import io.quaestor.simulation.nodes.CopyCall;
import io.quaestor.spi.replication.CopyTask;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import io.quaestor.spi.replication.RemovalTask;
import io.quaestor.spi.replication.ReplicationResult;
import io.quaestor.spi.replication.ReplicationTransport;
import java.time.Duration;

/// Lets nodes copy from each other.
final class SimulatedReplication implements ReplicationTransport {

    private static final int INTERNAL = 13;
    private static final Duration NO_LIMIT = Duration.ofHours(1);

    private final NodeQuestions questions;
    private final Links links;
    private final Sabotage sabotage;

    SimulatedReplication(NodeQuestions questions, Links links, Sabotage sabotage) {
        this.questions = questions;
        this.links = links;
        this.sabotage = sabotage;
    }

    @Override
    public ReplicationResult copy(CopyTask task, NodeCalls nodes) throws NodeCallException, InterruptedException {
        if (sabotage == Sabotage.COPY_NOTHING) {
            return new ReplicationResult.Copied();
        }
        var source = links.node(task.source());
        CopyCall.End end = questions.ask(
                task.target(), NO_LIMIT, (service, reply) -> service.copy(task.path(), source, reply));
        return switch (end) {
            case COPIED -> new ReplicationResult.Copied();
            case NO_SUCH_SOURCE -> new ReplicationResult.SourceInvalid("no such repository");
            case FAILED -> throw new NodeCallException(task.target(), INTERNAL, "the copy failed");
        };
    }

    /// Also where there is nothing to remove.
    @Override
    public void remove(RemovalTask task, NodeCalls nodes) throws NodeCallException, InterruptedException {
        questions.<Boolean>ask(task.node(), NO_LIMIT, (service, reply) -> service.remove(task.path(), reply));
    }
}
