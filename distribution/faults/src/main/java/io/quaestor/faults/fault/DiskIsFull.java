package io.quaestor.faults.fault;

import io.quaestor.faults.cluster.Cluster;
import io.quaestor.faults.cluster.SmallDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/// The disk of a secondary node is full: it is well, and fails to write.
record DiskIsFull() implements Fault {

    @Override
    public String name() {
        return "full-disk";
    }

    @Override
    public String description() {
        return "the disk of a secondary node is full";
    }

    @Override
    public boolean needsSmallDisk() {
        return true;
    }

    @Override
    public Optional<String> obstacle(Cluster cluster) {
        return cluster.smallDisk().isPresent()
                ? Optional.empty()
                : Optional.of("a small file system cannot be mounted here: it takes root");
    }

    @Override
    public Optional<String> target(Cluster cluster, String primary, Random random) {
        return cluster.smallDisk().map(SmallDisk::node).filter(node -> !node.equals(primary));
    }

    @Override
    public void inject(Scene scene) throws IOException {
        disk(scene).fill();
    }

    @Override
    public void meanwhile(Scene scene) throws InterruptedException {
        scene.hold(Duration.ofSeconds(1), Duration.ofSeconds(3));
    }

    @Override
    public void heal(Scene scene) throws IOException {
        disk(scene).empty();
    }

    @Override
    public void judge(Scene scene) {
        scene.expectNothingFelt(scene.limits().writeWithoutASecondary());
    }

    private static SmallDisk disk(Scene scene) {
        return scene.cluster().smallDisk().orElseThrow();
    }
}
