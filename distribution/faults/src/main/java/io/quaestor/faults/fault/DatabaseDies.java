package io.quaestor.faults.fault;

import io.quaestor.faults.cluster.Cluster;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/// PostgreSQL is killed with all its processes, and started again.
record DatabaseDies() implements Fault {

    @Override
    public String name() {
        return "kill-postgres";
    }

    @Override
    public String description() {
        return "PostgreSQL is killed and restarted";
    }

    @Override
    public Optional<String> target(Cluster cluster, String primary, Random random) {
        return Optional.of("");
    }

    @Override
    public void inject(Scene scene) throws IOException, InterruptedException {
        scene.cluster().database().kill();
    }

    @Override
    public void meanwhile(Scene scene) throws InterruptedException {
        scene.hold(Duration.ZERO, Duration.ofSeconds(3));
    }

    @Override
    public void heal(Scene scene) throws IOException, InterruptedException {
        scene.cluster().database().start();
    }
}
