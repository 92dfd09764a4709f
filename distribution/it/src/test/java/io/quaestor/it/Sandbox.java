package io.quaestor.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A sandbox of the distribution, started as a user starts it: one command, and lines to read.
final class Sandbox implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Path data;
    private final Process process;
    private final Map<String, Path> nodes = new TreeMap<>();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private String gateway = "";

    private Sandbox(Path data, Process process) {
        this.data = data;
        this.process = process;
    }

    static Sandbox start(Path data, String... options) throws Exception {
        var command = new ArrayList<>(List.of(
                Distribution.home().resolve("bin/quaestor").toString(), "sandbox", "--data", data.toString()));
        command.addAll(List.of(options));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var sandbox = new Sandbox(data, builder.start());
        sandbox.awaitReady();
        return sandbox;
    }

    private void awaitReady() throws Exception {
        var seen = new StringBuilder();
        Thread.ofVirtual().start(this::read);
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (gateway.isEmpty() || nodes.size() < 3) {
            var line = lines.poll(100, TimeUnit.MILLISECONDS);
            if (line == null) {
                assertThat(process.isAlive()).as("the sandbox ended: " + seen).isTrue();
                assertThat(System.nanoTime()).as("not ready: " + seen).isLessThan(end);
                continue;
            }
            seen.append(line).append('\n');
            if (line.startsWith("gateway: ")) {
                gateway = line.substring("gateway: ".length()).trim();
            } else if (line.startsWith("node ")) {
                int colon = line.indexOf(": ");
                nodes.put(line.substring("node ".length(), colon), Path.of(line.substring(colon + 2).trim()));
            }
        }
    }

    private void read() {
        try {
            process.inputReader().lines().forEach(lines::add);
        } catch (UncheckedIOException _) {
            // the sandbox was stopped
        }
    }

    /// The address of a repository for `git`.
    String url(String name) {
        return gateway + name;
    }

    Set<String> nodes() {
        return nodes.keySet();
    }

    /// `stop`, `kill`, `freeze` or `revive` one of the nodes or the proxy.
    void order(String what, String member) throws Exception {
        Distribution.quaestor("sandbox", "--data", data.toString(), what, member).ok();
    }

    /// What `metadata` prints of a repository.
    String metadata(String name) throws Exception {
        return Distribution.quaestor(
                        "metadata",
                        "-config",
                        data.resolve("config.toml").toString(),
                        "-virtual-storage",
                        "default",
                        "-relative-path",
                        name)
                .ok()
                .output();
    }

    /// A value that `metadata` prints, without quotation marks.
    String metadata(String name, String key) throws Exception {
        return metadata(name)
                .lines()
                .filter(l -> l.startsWith(key + ": "))
                .map(l -> l.substring(key.length() + 2).replace("\"", ""))
                .findFirst()
                .orElseThrow();
    }

    /// Asserts that the replicas on these nodes have the same references, and some.
    void assertSameReferences(String name, Collection<String> among) throws Exception {
        var replicaPath = metadata(name, "Replica Path");
        var references = new TreeMap<String, String>();
        for (var node : among) {
            var directory = nodes.get(node).resolve(replicaPath);
            assertThat(directory).as(node).isDirectory();
            references.put(node, Git.references(directory));
        }
        assertThat(Set.copyOf(references.values())).as(references.toString()).hasSize(1);
        assertThat(references.values().iterator().next()).isNotEmpty();
    }

    /// What a node has on its disk of some references.
    String references(String node, String replicaPath, String... patterns) throws Exception {
        return Git.references(nodes.get(node).resolve(replicaPath), patterns);
    }

    /// What a member has logged so far.
    String log(String member) throws Exception {
        return Files.readString(data.resolve("logs").resolve(member + ".log"));
    }

    /// Asserts that every replica is recorded at the generation of its repository.
    void assertAllUpToDate(String name) throws Exception {
        var metadata = metadata(name);
        assertThat(metadata.lines().filter(l -> l.contains("fully up to date")))
                .as(metadata)
                .hasSize(nodes.size());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the sandbox did not stop within 60 s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new AssertionError(e);
        }
    }
}
