package io.quaestor.faults.fault;

import io.quaestor.faults.cluster.Cluster;
import io.quaestor.sandbox.process.Order;
import java.io.IOException;
import java.util.Optional;
import java.util.Random;

/// A proxy is frozen (SIGSTOP) for longer than its lease, another takes over, and the first goes on where it was.
record ProxyHangs() implements Fault {

    @Override
    public String name() {
        return "freeze-proxy";
    }

    @Override
    public String description() {
        return "a proxy is frozen while another takes over";
    }

    @Override
    public int proxies() {
        return 2;
    }

    @Override
    public Optional<String> target(Cluster cluster, String primary, Random random) {
        return Optional.of(cluster.clients().get(random.nextInt(proxies())).name());
    }

    @Override
    public void inject(Scene scene) throws IOException, InterruptedException {
        scene.order(Order.FREEZE);
    }

    @Override
    public void meanwhile(Scene scene) throws InterruptedException {
        for (var placed : scene.subjects(false)) {
            scene.expectWrite(placed, Optional.empty(), scene.since(), scene.limits().takeOver());
        }
        scene.hold(scene.limits().freeze(), scene.limits().freeze().plusMillis(500));
    }

    @Override
    public void heal(Scene scene) throws IOException, InterruptedException {
        scene.order(Order.REVIVE);
    }
}
