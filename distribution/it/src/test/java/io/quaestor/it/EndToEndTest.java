package io.quaestor.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// The main job, on the zip: `git push` and `git clone` through the proxy, over three replicas, while things die.
@EnabledIf(value = "io.quaestor.it.NodeKind#isThere", disabledReason = "no Gitaly was given: -Dgitaly.bin=FILE")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EndToEndTest {

    private static final String NAME = "group/project.git";

    /// How long replicas may take to follow a write.
    private static final Duration FOLLOW = Duration.ofSeconds(2);

    /// How long a proxy and a database may take to find out that a node is gone, elect, and repair.
    private static final Duration RECOVER = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static Sandbox sandbox;
    private static Path work;

    @BeforeAll
    static void start() throws Exception {
        sandbox = Sandbox.start(directory.resolve("data"), NodeKind.options());
        work = directory.resolve("work");
    }

    @AfterAll
    static void stop() throws Exception {
        sandbox.close();
    }

    @Test
    @Order(1)
    void aPushToAnUnknownNameCreatesTheRepositoryOnAllNodes() throws Exception {
        Git.create(work, sandbox.url(NAME));

        Git.run(work, "push", "-q", "origin", "main").ok();

        Until.holds(FOLLOW.plus(Duration.ofSeconds(8)), () -> { // on a cold machine a node may be given up, and repaired
            sandbox.assertSameReferences(NAME, sandbox.nodes());
            return null;
        });
        Until.holds(RECOVER, () -> {
            sandbox.assertAllUpToDate(NAME);
            return null;
        });
    }

    @Test
    @Order(2)
    void whatOnePushesAnotherFetches() throws Exception {
        var other = Git.clone(directory.resolve("other"), sandbox.url(NAME));
        Git.commit(work, "second");
        Git.run(work, "push", "-q", "origin", "main").ok();

        Git.run(other, "pull", "-q").ok();

        assertThat(Git.head(other)).isEqualTo(Git.head(work));
        Until.holds(FOLLOW, () -> {
            sandbox.assertSameReferences(NAME, sandbox.nodes());
            return null;
        });
    }

    @Test
    @Order(3)
    void aPushOf200MegabytesArrivesOnAllNodes() throws Exception {
        var random = new Random(1);
        var block = new byte[1 << 20];
        try (var file = Files.newOutputStream(work.resolve("large.bin"))) {
            for (int i = 0; i < 200; i++) {
                random.nextBytes(block);
                file.write(block);
            }
        }
        Git.run(work, "add", "-A").ok();
        Git.run(work, "commit", "-q", "-m", "large").ok();

        Git.run(work, "push", "-q", "origin", "main").ok();

        Until.holds(RECOVER, () -> {
            sandbox.assertSameReferences(NAME, sandbox.nodes());
            return null;
        });
    }

    @Test
    @Order(4)
    void shallowAndPartialClonesGetOnlyAPart() throws Exception {
        var shallow = Git.clone(directory.resolve("shallow"), sandbox.url(NAME), "--depth", "1");
        var partial = Git.clone(directory.resolve("partial"), sandbox.url(NAME), "--filter=blob:none", "--no-checkout");

        assertThat(Git.run(shallow, "rev-list", "--count", "HEAD").ok().output()).startsWith("1");
        assertThat(Git.run(partial, "rev-list", "--objects", "--all", "--missing=print").ok().output())
                .contains("\n?");
    }

    @Test
    @Order(5)
    void clonesGoOnWhileASecondaryDies() throws Exception {
        var name = "group/small.git";
        var small = Git.create(directory.resolve("small"), sandbox.url(name));
        Git.run(small, "push", "-q", "origin", "main").ok();
        Until.holds(RECOVER, () -> {
            sandbox.assertAllUpToDate(name);
            return null;
        });
        var secondary = secondaryOf(name);
        var killed = new CountDownLatch(1);
        var begun = new CountDownLatch(6);
        var failures = new ConcurrentLinkedQueue<String>();
        var failuresAfter = new ConcurrentLinkedQueue<String>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 3; i++) {
            int worker = i;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int n = 0; n < 12; n++) {
                    boolean after = killed.getCount() == 0;
                    var target = directory.resolve("clone-" + worker + "-" + n);
                    try {
                        var clone = Git.run(directory, "clone", "-q", sandbox.url(name), target.toString());
                        if (clone.code() != 0) {
                            (after ? failuresAfter : failures).add(clone.output());
                        }
                    } catch (IOException | InterruptedException e) {
                        failuresAfter.add(e.toString());
                    }
                    begun.countDown();
                }
            }));
        }
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

        sandbox.order("kill", secondary);
        killed.countDown();
        for (var thread : threads) {
            thread.join();
        }

        // a clone that was being served by the dead node may fail, one for each worker at the most; none that began later
        assertThat(failures).hasSizeLessThanOrEqualTo(threads.size());
        assertThat(failuresAfter).isEmpty();
        sandbox.order("revive", secondary);
        Until.holds(RECOVER, () -> {
            sandbox.assertAllUpToDate(name);
            return null;
        });
    }

    @Test
    @Order(6)
    void aNewPrimaryTakesWritesWhenTheOldOneDies() throws Exception {
        Until.holds(RECOVER, () -> {
            sandbox.assertAllUpToDate(NAME);
            return null;
        });
        var primary = sandbox.metadata(NAME, "Primary");
        var others = sandbox.nodes().stream().filter(n -> !n.equals(primary)).toList();
        sandbox.order("kill", primary);
        Git.commit(work, "after the death");

        Until.holds(RECOVER, () -> assertThat(Git.run(work, "push", "-q", "origin", "main").code()).isZero());

        assertThat(sandbox.metadata(NAME, "Primary")).isNotEqualTo(primary);
        Until.holds(RECOVER, () -> {
            sandbox.assertSameReferences(NAME, others);
            return null;
        });
        sandbox.order("revive", primary);
        Until.holds(RECOVER, () -> {
            sandbox.assertSameReferences(NAME, sandbox.nodes());
            sandbox.assertAllUpToDate(NAME);
            return null;
        });
    }

    @Test
    @Order(7)
    void nothingIsLostWhenAllStopsAndStartsAgain() throws Exception {
        var before = sandbox.metadata(NAME);

        sandbox.close();
        sandbox = Sandbox.start(directory.resolve("data"), NodeKind.options());

        assertThat(sandbox.metadata(NAME, "Generation"))
                .isEqualTo(before.lines()
                        .filter(l -> l.startsWith("Generation: "))
                        .findFirst()
                        .orElseThrow()
                        .substring("Generation: ".length()));
        sandbox.assertSameReferences(NAME, sandbox.nodes());
        var clone = Git.clone(directory.resolve("again"), sandbox.url(NAME));
        assertThat(Git.head(clone)).isEqualTo(Git.head(work));
    }

    private static String secondaryOf(String name) throws Exception {
        var primary = sandbox.metadata(name, "Primary");
        return sandbox.nodes().stream().filter(n -> !n.equals(primary)).findFirst().orElseThrow();
    }
}
