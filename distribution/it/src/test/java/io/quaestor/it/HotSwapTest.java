package io.quaestor.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A reading strategy is dropped in, overwritten and removed while reads go on: the distribution changes within a second,
/// and no read fails.
class HotSwapTest {

    private static final String NAME = "swap.git";

    /// Within which a change of `plugins/` takes effect.
    private static final Duration EFFECT = Duration.ofSeconds(1);

    /// How many reads are looked at after a change.
    private static final int LOOKED_AT = 40;

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @Test
    void theDistributionFollowsTheJarWithoutAFailedRead() throws Exception {
        var jar = Distribution.home().resolve("plugins/pinned.jar");
        PinnedStrategy.write(jar, Files.createDirectory(directory.resolve("one")), "gitaly-1");
        try (var sandbox = Sandbox.start(directory.resolve("data"))) {
            var metrics = configure(sandbox);
            var work = Git.create(directory.resolve("work"), sandbox.url(NAME));
            Git.run(work, "push", "-q", "origin", "main").ok();
            Until.holds(Duration.ofSeconds(30), () -> {
                sandbox.assertAllUpToDate(NAME);
                return null;
            });
            try (var load = new Load(sandbox.url(NAME))) {
                assertThat(readsAfter(metrics, load, () -> {})).containsOnlyKeys("gitaly-1");

                assertThat(readsAfter(metrics, load, () -> PinnedStrategy.write(jar, directory.resolve("one"), "gitaly-3")))
                        .containsOnlyKeys("gitaly-3");

                assertThat(readsAfter(metrics, load, () -> Files.delete(jar)))
                        .as("the default spreads reads")
                        .hasSizeGreaterThan(1);

                assertThat(readsAfter(metrics, load, () -> PinnedStrategy.write(jar, directory.resolve("one"), "gitaly-2")))
                        .containsOnlyKeys("gitaly-2");

                assertThat(load.failures).isEmpty();
            }
        } finally {
            Files.deleteIfExists(jar);
        }
    }

    /// Has the proxy choose the strategy and show its metrics.
    private URI configure(Sandbox sandbox) throws Exception {
        int port;
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        var file = directory.resolve("data/config.toml");
        var text = Files.readString(file)
                .replace("[strategies]\n", "[strategies]\nreading = \"pinned\"\n");
        Files.writeString(file, "prometheus_listen_addr = \"127.0.0.1:" + port + "\"\n" + text);
        sandbox.order("stop", "proxy");
        sandbox.order("revive", "proxy");
        return URI.create("http://127.0.0.1:" + port + "/metrics");
    }

    @FunctionalInterface
    private interface Change {
        void make() throws Exception;
    }

    /// Where reads go from one second after a change on.
    private Map<String, Long> readsAfter(URI metrics, Load load, Change change) throws Exception {
        change.make();
        load.awaitReads(1, EFFECT);
        var before = reads(metrics);
        load.awaitReads(LOOKED_AT, Duration.ZERO);
        var reads = new TreeMap<String, Long>();
        reads(metrics).forEach((storage, count) -> {
            long delta = count - before.getOrDefault(storage, 0L);
            if (delta > 0) {
                reads.put(storage, delta);
            }
        });
        return reads;
    }

    private Map<String, Long> reads(URI metrics) throws Exception {
        var pattern = Pattern.compile("gitaly_praefect_read_distribution\\{.*storage=\"(gitaly-\\d)\".*} ([0-9.E]+)");
        var answer = http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString());
        var reads = new TreeMap<String, Long>();
        answer.body().lines().map(pattern::matcher).filter(Matcher::find).forEach(m ->
                reads.put(m.group(1), (long) Double.parseDouble(m.group(2))));
        return reads;
    }

    /// Asks for the references of a repository over and over, as `git fetch` does first.
    private final class Load implements AutoCloseable {

        private final Queue<String> failures = new ConcurrentLinkedQueue<>();
        private final AtomicLong reads = new AtomicLong();
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean running = true;

        Load(String url) {
            var request = HttpRequest.newBuilder(URI.create(url + "/info/refs?service=git-upload-pack"))
                    .timeout(Duration.ofSeconds(20))
                    .build();
            for (int i = 0; i < 3; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    while (running) {
                        try {
                            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                            if (answer.statusCode() != 200) {
                                failures.add(answer.statusCode() + " " + answer.body());
                            }
                        } catch (IOException e) {
                            failures.add(e.toString());
                        } catch (InterruptedException _) {
                            return;
                        }
                        reads.incrementAndGet();
                    }
                }));
            }
        }

        /// Waits for that many reads, and for that long.
        void awaitReads(int count, Duration atLeast) throws Exception {
            long end = System.nanoTime() + atLeast.toNanos();
            long target = reads.get() + count;
            Until.holds(Duration.ofSeconds(60), () -> {
                assertThat(reads.get()).isGreaterThanOrEqualTo(target);
                assertThat(System.nanoTime()).isGreaterThanOrEqualTo(end);
                return null;
            });
        }

        @Override
        public void close() {
            running = false;
            try {
                for (var thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
