package io.quaestor.faults.fault;

import io.quaestor.faults.cluster.Cluster;
import io.quaestor.sandbox.process.Order;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/// A proxy is killed (`kill -9`) and started again under its name. Where there is a second one, that goes on.
record ProxyDies(String name, int proxies) implements Fault {

    @Override
    public String description() {
        return proxies == 1 ? "`kill -9` of the proxy, which is restarted" : "`kill -9` of a proxy, a second goes on";
    }

    @Override
    public Optional<String> target(Cluster cluster, String primary, Random random) {
        return Optional.of(cluster.clients().get(random.nextInt(proxies)).name());
    }

    @Override
    public void inject(Scene scene) throws IOException, InterruptedException {
        scene.order(Order.KILL);
    }

    @Override
    public void meanwhile(Scene scene) throws InterruptedException {
        if (proxies > 1) {
            for (var placed : scene.subjects(false)) {
                scene.expectWrite(placed, Optional.empty(), scene.since(), scene.limits().takeOver());
            }
        }
        scene.hold(Duration.ZERO, Duration.ofSeconds(1));
    }

    @Override
    public void heal(Scene scene) throws IOException, InterruptedException {
        scene.order(Order.REVIVE);
    }
}
