package io.quaestor.faults.load;

import io.quaestor.faults.cluster.ProxyClient;
import io.quaestor.faults.system.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Several clients that write and read some repositories until they are told to stop.
///
/// For each repository one pushes, through any proxy, and two write by calls, each through one proxy only, so that a proxy
/// that hangs does not hold all of them. They get into each other's way. For each proxy two more read.
public final class Workload {

    /// Between two operations of a client, at the most: the machine has processes to run as well.
    private static final Duration WRITER_PAUSE = Duration.ofMillis(60);

    private static final Duration READER_PAUSE = Duration.ofMillis(30);

    private static final int CALLERS = 2;

    private static final int READERS = 2;

    private final Recorder recorder;
    private final Ticker ticker;
    private final List<Thread> clients = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
    private volatile boolean stopped;

    private Workload(Recorder recorder, Ticker ticker) {
        this.recorder = recorder;
        this.ticker = ticker;
    }

    /// @param patience after which a client gives a write up
    /// @param random   for the choices of all clients
    public static Workload start(
            List<Subject> subjects,
            List<ProxyClient> proxies,
            Duration patience,
            Recorder recorder,
            Ticker ticker,
            ThreadFactory threads,
            Random random) {
        var load = new Workload(recorder, ticker);
        for (var subject : subjects) {
            load.add(threads, random, load.writing(subject, new Pen.Push(patience), proxies, random));
            for (int i = 0; i < CALLERS; i++) {
                var one = List.of(proxies.get(i % proxies.size()));
                load.add(threads, random, load.writing(subject, new Pen.Call(patience), one, random));
            }
        }
        var reading = new Reading(recorder, ticker);
        for (var proxy : proxies) {
            for (int i = 0; i < READERS; i++) {
                var choice = new Random(random.nextLong());
                load.add(threads, random, new Client(READER_PAUSE, () -> {
                    var _ = reading.read(proxy, subjects.get(choice.nextInt(subjects.size())));
                    return true;
                }));
            }
        }
        load.clients.forEach(Thread::start);
        return load;
    }

    /// Lets every client end what it does and returns when they have.
    ///
    /// @throws IOException if a client could not work: there is no `git`, or no room for its commits
    public void stop() throws IOException, InterruptedException {
        stopped = true;
        for (var client : clients) {
            client.join();
        }
        var failure = broken.get();
        if (failure != null) {
            throw new IOException("a client failed: " + failure.getMessage(), failure);
        }
    }

    /// @param pause between two steps, at the most
    private record Client(Duration pause, Step step) {}

    @FunctionalInterface
    private interface Step {
        /// @return whether there is more to do
        boolean go() throws IOException, InterruptedException;
    }

    private Client writing(Subject subject, Pen pen, List<ProxyClient> proxies, Random random) {
        var writer = new Writer(subject, pen, proxies, recorder, ticker, new Random(random.nextLong()));
        return new Client(WRITER_PAUSE, writer::write);
    }

    private void add(ThreadFactory threads, Random random, Client client) {
        var own = new Random(random.nextLong());
        clients.add(threads.newThread(() -> {
            try {
                while (!stopped && client.step.go()) {
                    ticker.pause(Duration.ofNanos((long) (own.nextDouble() * client.pause.toNanos())));
                }
            } catch (IOException | RuntimeException e) {
                broken.compareAndSet(null, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }
}
