package io.quaestor.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a secondary that hangs or has died costs the pushes of others. Healthy and hurt pushes take turns, so that both
/// are measured on the same machine at nearly the same time.
final class Writes {

    private static final String REPOSITORY = "bench/writes.git";
    private static final int TIMES = 5;
    private static final int GRACE_SECONDS = 5;
    private static final int SMALL = 100;
    private static final int LARGE = 64 << 20;
    private static final int REPAIR_SECONDS = 180;

    private final RunningSandbox sandbox;
    private final Pusher pusher;

    private Writes(RunningSandbox sandbox, Pusher pusher) {
        this.sandbox = sandbox;
        this.pusher = pusher;
    }

    static void measure(Path home, Path data) throws Exception {
        var tables = "[transactions]\ngrace = \"" + GRACE_SECONDS + "s\"\n";
        try (var sandbox = new RunningSandbox(home, data, tables)) {
            new Writes(sandbox, new Pusher(data.resolve("work.git"), sandbox.url(REPOSITORY))).measure();
        }
    }

    private void measure() throws Exception {
        for (int i = 0; i < 3; i++) {
            healthy(SMALL); // the first creates the repository
        }
        var healthy = new ArrayList<Double>();
        var hurt = new ArrayList<Double>();
        for (int i = 0; i < TIMES; i++) {
            healthy.add(healthy(SMALL));
            hurt.add(hurt(SMALL, sandbox::freeze));
        }
        print("small push, healthy", healthy);
        print("  a secondary frozen", hurt);
        System.out.printf(
                "  longer by             %.2f s, with a grace of %d s%n", median(hurt) - median(healthy), GRACE_SECONDS);
        healthy(LARGE);
        healthy.clear();
        hurt.clear();
        for (int i = 0; i < TIMES; i++) {
            healthy.add(healthy(LARGE));
            hurt.add(hurt(LARGE, sandbox::kill));
        }
        print("64 MB push, healthy", healthy);
        print("  a secondary killed", hurt);
        System.out.printf("  ratio                 %.2f%n", median(hurt) / median(healthy));
    }

    private double healthy(int bytes) throws IOException, InterruptedException {
        double seconds = pusher.push(pusher.commit(bytes));
        awaitUpToDate();
        return seconds;
    }

    private double hurt(int bytes, Harm harm) throws IOException, InterruptedException {
        var commit = pusher.commit(bytes);
        var secondary = secondary();
        harm.inflict(secondary);
        double seconds = pusher.push(commit);
        sandbox.revive(secondary);
        awaitUpToDate();
        return seconds;
    }

    private String secondary() throws IOException {
        var metadata = sandbox.metadata(REPOSITORY);
        for (var replica : metadata.getReplicasList()) {
            if (!replica.getStorage().equals(metadata.getPrimary())) {
                return replica.getStorage();
            }
        }
        throw new IOException("there is no secondary: " + metadata);
    }

    private void awaitUpToDate() throws IOException, InterruptedException {
        long end = System.nanoTime() + REPAIR_SECONDS * 1_000_000_000L;
        while (System.nanoTime() < end) {
            var metadata = sandbox.metadata(REPOSITORY);
            if (metadata.getReplicasCount() == 3
                    && metadata.getReplicasList().stream()
                            .allMatch(r -> r.getHealthy() && r.getGeneration() == metadata.getGeneration())) {
                return;
            }
            Thread.sleep(200);
        }
        throw new IOException("not up to date after " + REPAIR_SECONDS + " s: " + sandbox.metadata(REPOSITORY));
    }

    private static void print(String what, List<Double> seconds) {
        var sorted = seconds.stream().sorted().toList();
        System.out.printf(
                "%-23s median %.2f s of %d (%.2f to %.2f)%n",
                what, median(seconds), sorted.size(), sorted.getFirst(), sorted.getLast());
    }

    private static double median(List<Double> seconds) {
        return seconds.stream().sorted().toList().get(seconds.size() / 2);
    }

    @FunctionalInterface
    private interface Harm {
        void inflict(String node) throws IOException, InterruptedException;
    }
}
