package io.quaestor.plugin.replication.gitaly;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.PluginContext;
import io.quaestor.spi.plugin.StrategyProvider;
import io.quaestor.spi.replication.CopyTask;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import io.quaestor.spi.replication.RemovalTask;
import io.quaestor.spi.replication.ReplicationResult;
import io.quaestor.spi.replication.ReplicationTransport;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Lets the target node fetch the repository from the source node by itself, as Praefect does (RT 6.4), and makes it
/// borrow from the same object pool.
@StrategyProvider(id = "gitaly")
public final class GitalyReplication implements ReplicationTransport {

    private static final String REPLICATE = "gitaly.RepositoryService/ReplicateRepository";
    private static final String REMOVE = "gitaly.RepositoryService/RemoveRepository";
    private static final String GET_POOL = "gitaly.ObjectPoolService/GetObjectPool";
    private static final String LINK = "gitaly.ObjectPoolService/LinkRepositoryToObjectPool";
    private static final String UNLINK = "gitaly.ObjectPoolService/DisconnectGitAlternates";

    private static final int NOT_FOUND = 5; // gRPC's numbers
    private static final int FAILED_PRECONDITION = 9;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final String INVALID_SOURCE = "invalid source repository"; // RT 6.4 d
    private static final String OTHER_PARTITION = "repositories are in different partitions"; // RT 6.4 e

    /// What a target says where the lock of a reference is in the way: Git 2.53 ends with the negative number of what went
    /// wrong, here that a file exists. An older Git says 1, as it does for much else, which proves nothing.
    private static final String REFERENCE_LOCKED = "synchronizing references: fetch internal remote: exit status 253";

    private final GitalyReplicationConfig config;

    /// @param context not needed; a strategy with a configuration gets both
    public GitalyReplication(GitalyReplicationConfig config, PluginContext context) {
        this.config = config;
    }

    @Override
    public ReplicationResult copy(CopyTask task, NodeCalls nodes) throws NodeCallException, InterruptedException {
        byte[] source = Messages.repository(task.source().storage(), task.path().value());
        byte[] target = Messages.repository(task.target().storage(), task.path().value());
        var metadata = Map.of(
                "x-gitlab-correlation-id", task.correlationId(),
                "gitaly-servers", nodes.servers(Set.of(task.source())));
        try {
            byte[] request = Messages.replicateRepository(target, source);
            nodes.unary(task.target(), REPLICATE, request, metadata, config.copyLimit());
        } catch (NodeCallException failure) {
            if (failure.code() == NOT_FOUND && failure.text().equals(INVALID_SOURCE)) {
                return new ReplicationResult.SourceInvalid("no valid repository at " + task.path());
            }
            if (failure.code() == INTERNAL && failure.text().endsWith(REFERENCE_LOCKED)) {
                return new ReplicationResult.TargetUnfit(failure.text());
            }
            throw failure;
        }
        return alignPools(task, nodes, metadata, source, target);
    }

    /// The pool itself is a repository with repairs of its own; here it is only borrowed from.
    private ReplicationResult alignPools(
            CopyTask task, NodeCalls nodes, Map<String, String> metadata, byte[] source, byte[] target)
            throws NodeCallException, InterruptedException {
        Optional<String> wanted = pool(nodes, task.source(), source, metadata);
        Optional<String> present = pool(nodes, task.target(), target, metadata);
        if (present.isPresent() && !present.equals(wanted)) {
            nodes.unary(task.target(), UNLINK, Messages.about(target), metadata, config.callLimit());
        }
        if (wanted.isPresent() && !wanted.equals(present)) {
            byte[] pool = Messages.repository(task.target().storage(), wanted.get());
            try {
                byte[] request = Messages.linkRepository(pool, target);
                nodes.unary(task.target(), LINK, request, metadata, config.callLimit());
            } catch (NodeCallException failure) {
                if (failure.code() == FAILED_PRECONDITION) {
                    return new ReplicationResult.Postponed("pool " + wanted.get() + " is not on the target yet");
                }
                if (!failure.text().contains(OTHER_PARTITION)) { // such nodes cannot share objects: complete without
                    throw failure;
                }
            }
        }
        return new ReplicationResult.Copied();
    }

    private Optional<String> pool(NodeCalls nodes, NodeId node, byte[] repository, Map<String, String> metadata)
            throws NodeCallException, InterruptedException {
        byte[] answer;
        try {
            answer = nodes.unary(node, GET_POOL, Messages.about(repository), metadata, config.callLimit());
        } catch (NodeCallException failure) {
            if (failure.code() == UNIMPLEMENTED) { // a node that knows no pools borrows from none
                return Optional.empty();
            }
            throw failure;
        }
        try {
            return Messages.poolPath(answer);
        } catch (IllegalArgumentException malformed) {
            throw new NodeCallException(node, INTERNAL, "answer cannot be read: " + malformed.getMessage());
        }
    }

    @Override
    public void remove(RemovalTask task, NodeCalls nodes) throws NodeCallException, InterruptedException {
        byte[] request = Messages.about(Messages.repository(task.node().storage(), task.path().value()));
        var metadata = Map.of("x-gitlab-correlation-id", task.correlationId());
        try {
            nodes.unary(task.node(), REMOVE, request, metadata, config.callLimit());
        } catch (NodeCallException failure) {
            if (failure.code() != NOT_FOUND) {
                throw failure;
            }
        }
    }
}
