package io.quaestor.faults.fault;

import io.quaestor.faults.cluster.Cluster;
import io.quaestor.sandbox.process.Order;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A secondary node is frozen (SIGSTOP): it keeps its connections and answers nothing. Then it goes on where it was.
record NodeHangs() implements Fault {

    @Override
    public String name() {
        return "freeze-secondary";
    }

    @Override
    public String description() {
        return "a secondary node is frozen";
    }

    @Override
    public Optional<String> target(Cluster cluster, String primary, Random random) {
        return Optional.of(Faults.secondary(List.copyOf(cluster.nodes().keySet()), primary, random));
    }

    @Override
    public void inject(Scene scene) throws IOException, InterruptedException {
        scene.order(Order.FREEZE);
    }

    @Override
    public void meanwhile(Scene scene) throws InterruptedException {
        scene.hold(scene.limits().freeze(), scene.limits().freeze().plusMillis(500));
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
