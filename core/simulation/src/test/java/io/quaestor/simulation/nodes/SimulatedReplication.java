package io.quaestor.simulation.nodes;

import io.quaestor.simulation.Sabotage;
import io.quaestor.simulation.engine.Chance;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.replication.CopyTask;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import io.quaestor.spi.replication.RemovalTask;
import io.quaestor.spi.replication.ReplicationResult;
import io.quaestor.spi.replication.ReplicationTransport;
import java.util.SortedSet;

/// Copies replicas from node to node: what the source had at some time after the copy began.
public final class SimulatedReplication implements ReplicationTransport {

    private static final int UNAVAILABLE = 14;
    private static final int INTERNAL = 13;

    private final Fleet fleet;
    private final Clock clock;
    private final Chance chance;
    private final Sabotage sabotage;

    public SimulatedReplication(Fleet fleet, Clock clock, Chance chance, Sabotage sabotage) {
        this.fleet = fleet;
        this.clock = clock;
        this.chance = chance;
        this.sabotage = sabotage;
    }

    @Override
    public ReplicationResult copy(CopyTask task, NodeCalls nodes) throws NodeCallException, InterruptedException {
        var source = fleet.node(task.source());
        var target = fleet.node(task.target());
        int deaths = source.deaths() + target.deaths();
        clock.sleep(chance.millis(0, 500));
        check(source, target, deaths);
        if (!source.has(task.path())) {
            return new ReplicationResult.SourceInvalid("no such repository");
        }
        SortedSet<Integer> writes = source.writes(task.path());
        clock.sleep(chance.millis(0, 500));
        check(source, target, deaths);
        if (chance.percent(3)) {
            throw new NodeCallException(target.id(), INTERNAL, "failed before the copy was in place");
        }
        if (sabotage != Sabotage.COPY_NOTHING) {
            target.replace(task.path(), writes);
        }
        clock.sleep(chance.millis(0, 50));
        check(source, target, deaths);
        if (chance.percent(3)) {
            throw new NodeCallException(target.id(), INTERNAL, "failed after the copy was in place");
        }
        return new ReplicationResult.Copied();
    }

    private static void check(Node source, Node target, int deaths) throws NodeCallException {
        if (!source.isUp() || !target.isUp() || source.deaths() + target.deaths() != deaths) {
            throw new NodeCallException(target.id(), UNAVAILABLE, "connection lost");
        }
    }

    @Override
    public void remove(RemovalTask task, NodeCalls nodes) {
        throw new AssertionError("nothing is removed in this story");
    }
}
