package io.quaestor.faults.fault;

import io.quaestor.faults.cluster.Cluster;
import io.quaestor.sandbox.process.Order;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A node is killed (`kill -9`) and comes back. While a secondary is away, nobody notices. While the primary is away, reads
/// go on, and so do writes after an election.
record NodeDies(String name, boolean isPrimary) implements Fault {

    @Override
    public String description() {
        return isPrimary ? "`kill -9` of the primary node" : "`kill -9` of a secondary node";
    }

    @Override
    public Optional<String> target(Cluster cluster, String primary, Random random) {
        return Optional.of(
                isPrimary ? primary : Faults.secondary(List.copyOf(cluster.nodes().keySet()), primary, random));
    }

    @Override
    public void inject(Scene scene) throws IOException, InterruptedException {
        scene.order(Order.KILL);
    }

    @Override
    public void meanwhile(Scene scene) throws InterruptedException {
        if (isPrimary) {
            for (var placed : scene.subjects(true)) {
                scene.expectRead(placed, scene.limits().readWithoutThePrimary());
            }
            for (var placed : scene.subjects(true)) {
                scene.expectWrite(placed, Optional.empty(), scene.since(), scene.limits().election());
            }
        }
        scene.hold(Duration.ofMillis(300), Duration.ofMillis(1500));
    }

    @Override
    public void heal(Scene scene) throws IOException, InterruptedException {
        scene.order(Order.REVIVE);
    }

    @Override
    public void judge(Scene scene) {
        scene.expectNothingFelt(scene.limits().writeWithoutASecondary());
    }
}
