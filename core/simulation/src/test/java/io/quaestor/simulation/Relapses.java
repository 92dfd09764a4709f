package io.quaestor.simulation;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.nodes.Node;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.testkit.fake.InMemoryDatastore;
import io.quaestor.testkit.fake.StoredJob;
import java.util.Map;
import java.util.Optional;

/// What a node has when it comes back: what it had some time ago, or what belongs to another repository.
///
/// Only of replicas that are known to be behind, while nobody writes to them or copies them. That one which counts as up to
/// date has lost its data is not noticed before the next write: there is no verifier yet (`docs/status.md`).
final class Relapses {

    private final World world;
    private final Chance chance;
    private final InMemoryDatastore datastore;

    /// @param datastore a session of its own
    Relapses(World world, InMemoryDatastore datastore) {
        this.world = world;
        this.chance = world.chance;
        this.datastore = datastore;
    }

    /// Which of the replicas on that node may have anything.
    Optional<ReplicaPath> candidate(Node node) {
        return node.disk().paths().stream().filter(path -> isOutdated(node, path)).findFirst();
    }

    /// What it had before.
    Optional<Map<String, Integer>> old(Node node, ReplicaPath path) {
        var all = node.disk().past(path);
        return all.isEmpty() ? Optional.empty() : Optional.of(chance.of(all));
    }

    /// What another has.
    Optional<Map<String, Integer>> foreign(ReplicaPath path) {
        var disk = chance.of(world.fleet.nodes()).disk();
        var others = disk.paths().stream().filter(p -> !p.equals(path)).toList();
        return others.isEmpty() ? Optional.empty() : Optional.of(disk.references(chance.of(others)));
    }

    private boolean isOutdated(Node node, ReplicaPath path) {
        return world.invariants.known().stream()
                .flatMap(key -> Undisturbed.ask(() -> datastore.placements().find(key)).stream())
                .filter(placement -> placement.path().equals(path))
                .anyMatch(placement -> isBehind(node.id(), placement) && isLeftAlone(node.id(), placement));
    }

    private static boolean isBehind(NodeId node, Placement placement) {
        return placement.replica(node.storage()).filter(r -> !placement.hasGeneration(r)).isPresent();
    }

    private boolean isLeftAlone(NodeId node, Placement placement) {
        boolean written = Undisturbed.ask(datastore::openIntents).stream()
                .anyMatch(i -> i.repository().equals(placement.id()));
        boolean copied = Undisturbed.ask(datastore::jobs).stream()
                .anyMatch(j -> j.state() == StoredJob.State.TAKEN
                        && j.job().repository().equals(placement.id())
                        && j.job().target().equals(node.storage()));
        return !written && !copied;
    }
}
