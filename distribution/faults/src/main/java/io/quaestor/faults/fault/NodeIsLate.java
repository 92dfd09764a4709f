package io.quaestor.faults.fault;

import io.quaestor.faults.cluster.Cluster;
import io.quaestor.sandbox.process.Order;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A secondary node answers late: it is frozen again and again, each time for less than the grace.
record NodeIsLate() implements Fault {

    private static final int TIMES = 5;

    @Override
    public String name() {
        return "late-secondary";
    }

    @Override
    public String description() {
        return "a secondary node answers late";
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
    public void meanwhile(Scene scene) throws IOException, InterruptedException {
        for (int i = 0; i < TIMES; i++) {
            scene.hold(Duration.ofMillis(100), scene.limits().grace().multipliedBy(4).dividedBy(5));
            scene.order(Order.REVIVE);
            scene.hold(Duration.ofMillis(20), Duration.ofMillis(200));
            scene.order(Order.FREEZE);
        }
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
