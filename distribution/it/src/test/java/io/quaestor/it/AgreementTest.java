package io.quaestor.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Replicas agree before a push returns: all nodes have what was pushed at that moment, at one generation, and nothing had
/// to be repaired. Nobody is given up on a loaded machine: the grace is a minute.
class AgreementTest {

    private static final int REPOSITORIES = 4;
    private static final int CLIENTS = 20;
    private static final int ROUNDS = 5;

    /// New branch, second commit with a tag, atomic push of two, forced update, deletion.
    private static final int PUSHES_A_ROUND = 5;

    @TempDir
    static Path directory;

    private static Sandbox sandbox;

    private final Map<String, String> replicaPaths = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws Exception {
        var tables = Files.writeString(directory.resolve("tables.toml"), "[transactions]\ngrace = \"60s\"\nvote_limit = \"60s\"\n");
        sandbox = Sandbox.start(directory.resolve("data"), "--proxy-tables", tables.toString());
    }

    @AfterAll
    static void stop() throws Exception {
        sandbox.close();
    }

    @Test
    void fiveHundredPushesOfTwentyClientsAreEverywhereWhenTheyReturn() throws Exception {
        for (int i = 0; i < REPOSITORIES; i++) {
            var seed = Git.create(directory.resolve("seed-" + i), sandbox.url(name(i)));
            Git.run(seed, "push", "-q", "origin", "main").ok();
            replicaPaths.put(name(i), sandbox.metadata(name(i), "Replica Path"));
        }
        // Git locks all packed references to delete one, on each node in an order of its own
        var deletions = Collections.nCopies(REPOSITORIES, 0).stream().map(_ -> new ReentrantLock()).toList();

        var clients = new ArrayList<Thread>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients.add(Thread.ofVirtual().start(() -> push(client, deletions.get(client % REPOSITORIES))));
        }
        for (var client : clients) {
            client.join();
        }

        assertThat(CLIENTS * ROUNDS * PUSHES_A_ROUND).isEqualTo(500);
        assertThat(complaints).isEmpty();
        for (int i = 0; i < REPOSITORIES; i++) {
            sandbox.assertAllUpToDate(name(i));
            sandbox.assertSameReferences(name(i), sandbox.nodes());
        }
        assertThat(sandbox.log("proxy"))
                .as("no repair was needed, and nobody was given up")
                .doesNotContain("replication job")
                .doesNotContain("a write goes on without a node");
    }

    private void push(int client, ReentrantLock deletion) {
        try {
            var name = name(client % REPOSITORIES);
            var work = Git.clone(directory.resolve("client-" + client), sandbox.url(name));
            for (int round = 0; round < ROUNDS; round++) {
                var branch = "refs/heads/c" + client + "/b" + round;
                var other = "refs/heads/c" + client + "/o" + round;
                Git.commit(work, "client " + client + " round " + round);
                pushed(work, name, client, "HEAD:" + branch);
                Git.commit(work, "again, client " + client + " round " + round);
                pushed(work, name, client, "HEAD:" + branch, "HEAD:refs/tags/c" + client + "/t" + round);
                pushed(work, name, client, "--atomic", "HEAD~1:" + other, "HEAD:refs/heads/c" + client + "/a" + round);
                Git.run(work, "commit", "-q", "--amend", "-m", "amended").ok();
                pushed(work, name, client, "+HEAD:" + branch);
                deletion.lock();
                try {
                    pushed(work, name, client, ":" + other);
                } finally {
                    deletion.unlock();
                }
            }
        } catch (Exception | AssertionError e) {
            complaints.add("client " + client + ": " + e);
        }
    }

    /// Pushes, and looks at once what every node has of this client.
    private void pushed(Path work, String name, int client, String... what) throws Exception {
        var arguments = new ArrayList<>(List.of("push", "-q", "origin"));
        if (what[0].startsWith("--")) {
            arguments.add(1, what[0]);
        }
        List.of(what).stream().filter(w -> !w.startsWith("--")).forEach(arguments::add);
        Git.run(work, arguments.toArray(String[]::new)).ok();
        var found = new TreeMap<String, String>();
        for (var node : sandbox.nodes()) {
            found.put(node, sandbox.references(node, replicaPaths.get(name), "refs/heads/c" + client, "refs/tags/c" + client));
        }
        if (Map.copyOf(found).values().stream().distinct().count() != 1 || found.containsValue("")) {
            complaints.add("after push of " + List.of(what) + ": " + found);
        }
    }

    private static String name(int repository) {
        return "group/agreed-" + repository + ".git";
    }
}
