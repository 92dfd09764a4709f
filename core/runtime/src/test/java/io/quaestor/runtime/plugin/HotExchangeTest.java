package io.quaestor.runtime.plugin;

import static io.quaestor.runtime.plugin.Plugins.DEFAULT;
import static io.quaestor.runtime.plugin.Plugins.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.runtime.lifecycle.SystemClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With the clock of the machine and callers on threads of their own, as event loops are.
class HotExchangeTest {

    private static final int CALLERS = 2;

    @TempDir
    private Path home;

    private Plugins plugins;

    @BeforeEach
    void makeDirectory() {
        plugins = new Plugins(home);
    }

    @AfterEach
    void close() {
        plugins.close();
    }

    @Test
    void noCallFailsWhileAJarIsDroppedOverwrittenAndRemoved() throws Exception {
        Path jar = plugins.jar("sticky.jar");
        sticky("1").write(jar);
        plugins.start(new SystemClock(), plugins.configuration("1s", "reading = 'sticky'"));
        var versions = List.of(sticky("2"), sticky("3"), sticky("4"));
        versions.forEach(HotExchangeTest::compiled);
        var stopped = new AtomicBoolean();
        var calls = new AtomicLong();

        try (var callers = Executors.newFixedThreadPool(CALLERS)) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < CALLERS; i++) {
                running.add(callers.submit(() -> callUntil(stopped, calls)));
            }
            try {
                exchange("sticky 2", () -> versions.get(0).write(jar));
                exchange("base 1", () -> delete(jar));
                exchange("sticky 3", () -> versions.get(1).write(jar));
                exchange("sticky 4", () -> Files.write(jar, versions.get(2).bytes())); // not at once, as cp does
            } finally {
                stopped.set(true);
            }
            for (Future<?> caller : running) {
                caller.get(10, TimeUnit.SECONDS); // throws what a call threw
            }
        }
        assertThat(calls.get()).isPositive();
    }

    @Test
    void classesOfBundlesThatWereExchangedAreCollected() throws Exception {
        Path jar = plugins.jar("sticky.jar");
        sticky("0").write(jar);
        plugins.start("reading = 'sticky'");
        var loaders = new ArrayList<WeakReference<ClassLoader>>();
        for (int version = 1; version <= 3; version++) {
            loaders.add(loader());
            sticky(Integer.toString(version)).write(jar);
            plugins.look();
            assertThat(plugins.reading()).isEqualTo("sticky " + version);
        }
        plugins.look();

        assertThat(loaders).allSatisfy(HotExchangeTest::assertCollected);
    }

    private WeakReference<ClassLoader> loader() {
        return new WeakReference<>(
                plugins.kernel().strategies().reading(DEFAULT).getClass().getClassLoader());
    }

    private static void assertCollected(WeakReference<?> reference) {
        for (int i = 0; i < 50 && reference.get() != null; i++) {
            System.gc();
        }
        assertThat(reference.get()).isNull();
    }

    /// Does something to the jar and waits until it shows. How long it may take is tested with a clock that is turned.
    private void exchange(String expected, Change change) throws Exception {
        var shown = new CountDownLatch(1);
        plugins.kernel().strategies().onExchange(() -> {
            if (plugins.reading().equals(expected)) {
                shown.countDown();
            }
        });

        change.make();

        assertThat(shown.await(20, TimeUnit.SECONDS)).as("%s serves", expected).isTrue();
    }

    private interface Change {
        void make() throws Exception;
    }

    private void callUntil(AtomicBoolean stopped, AtomicLong calls) {
        var strategies = plugins.kernel().strategies();
        while (!stopped.get()) {
            var serving = strategies.of(DEFAULT);
            assertThat(serving.reading().choose(REQUEST)).isEqualTo(REQUEST.replicas().getFirst());
            if (calls.incrementAndGet() % 1_000 == 0) {
                LockSupport.parkNanos(100_000); // leaves the machine to others now and then
            }
        }
    }

    private static void delete(Path jar) throws Exception {
        Files.delete(jar);
    }

    private static void compiled(TestJar jar) {
        try {
            jar.bytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static TestJar sticky(String version) {
        return TestJar.bundle("test.sticky", version)
                .strategy("sticky.Sticky", Sources.reading("sticky.Sticky", "sticky", version));
    }
}
