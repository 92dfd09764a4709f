package io.quaestor.faults.fault;

import io.quaestor.faults.cluster.Cluster;
import io.quaestor.faults.cluster.Limits;
import io.quaestor.faults.history.Outcome;
import io.quaestor.faults.history.Register;
import io.quaestor.faults.history.Write;
import io.quaestor.faults.load.Recorder;
import io.quaestor.faults.system.Ticker;
import io.quaestor.sandbox.process.Order;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/// A run as a fault sees it: what there is to be hurt, and whether it is felt. **Threads:** one.
public final class Scene {

    private final Cluster cluster;
    private final String target;
    private final List<Placed> subjects;
    private final Recorder recorder;
    private final Ticker ticker;
    private final Random random;
    private final List<Finding> findings = new ArrayList<>();
    private Duration untilReadable = Duration.ZERO;
    private Duration untilWritable = Duration.ZERO;
    private long begin;

    /// @param target   node or proxy that is hurt; empty if it is neither
    /// @param recorder of the load that is on meanwhile
    public Scene(
            Cluster cluster,
            String target,
            List<Placed> subjects,
            Recorder recorder,
            Ticker ticker,
            Random random) {
        this.cluster = cluster;
        this.target = target;
        this.subjects = List.copyOf(subjects);
        this.recorder = recorder;
        this.ticker = ticker;
        this.random = random;
        this.begin = ticker.nanos();
    }

    /// The repositories that are written.
    public List<Placed> subjects() {
        return subjects;
    }

    /// What is hurt is hurt from now on.
    public void begin() {
        begin = ticker.nanos();
    }

    /// Since when it is hurt.
    public long since() {
        return begin;
    }

    public String target() {
        return target;
    }

    /// The longest time that a fault waited for a read.
    public Duration untilReadable() {
        return untilReadable;
    }

    /// The longest time that a fault, or its healing, waited for a write.
    public Duration untilWritable() {
        return untilWritable;
    }

    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    Cluster cluster() {
        return cluster;
    }

    Limits limits() {
        return cluster.limits();
    }

    void order(Order order) throws IOException, InterruptedException {
        cluster.order(order, target);
    }

    /// Waits for a time between two.
    void hold(Duration shortest, Duration longest) throws InterruptedException {
        var range = longest.minus(shortest).toNanos();
        ticker.pause(shortest.plusNanos((long) (random.nextDouble() * range)));
    }

    /// The repositories whose primary is hurt, or else those whose primary is not.
    List<Placed> subjects(boolean primaryIsHurt) {
        return subjects.stream()
                .filter(s -> s.primary().equals(target) == primaryIsHurt)
                .toList();
    }

    /// Waits until somebody has read a repository since it all began.
    void expectRead(Placed placed, Duration limit) throws InterruptedException {
        var name = placed.subject().name();
        Predicate<Register> which = register -> register.repository().equals(name);
        if (ticker.await(limit, () -> recorder.hasRead(begin, which))) {
            untilReadable = longer(untilReadable, ticker.since(begin));
        } else {
            findings.add(new Finding("READABLE", "no read of %s was answered for %s".formatted(name, seconds(limit))));
        }
    }

    /// Waits until somebody has written a repository since an instant.
    ///
    /// @param proxy through which; empty for any
    public void expectWrite(Placed placed, Optional<String> proxy, long since, Duration limit)
            throws InterruptedException {
        var name = placed.subject().name();
        Predicate<Write> which = write -> write.register().repository().equals(name)
                && proxy.filter(p -> !p.equals(write.proxy())).isEmpty();
        if (ticker.await(limit, () -> recorder.hasWrite(since, which))) {
            untilWritable = longer(untilWritable, ticker.since(since));
        } else {
            findings.add(new Finding(
                    "WRITABLE",
                    "no write of %s%s was answered with OK for %s"
                            .formatted(name, proxy.map(p -> " through " + p).orElse(""), seconds(limit))));
        }
    }

    /// Looks at the writes that ended since it all began: none may have failed or taken long whose primary was well. One
    /// that lost its value to another write could not succeed; where replicas saw the two in different orders, Git is told
    /// no more than that.
    void expectNothingFelt(Duration longest) {
        for (var placed : subjects(false)) {
            for (var write : recorder.writes()) {
                if (!write.register().repository().equals(placed.subject().name())
                        || write.returned() - begin < 0) {
                    continue;
                }
                var took = Duration.ofNanos(write.returned() - write.invoked());
                if (write.outcome() == Outcome.UNKNOWN && !hasLost(write)) {
                    findings.add(new Finding("SECONDARY_NOT_FELT", write + " was not done after " + seconds(took)));
                } else if (took.compareTo(longest) > 0) {
                    findings.add(new Finding("SECONDARY_NOT_FELT", write + " took " + seconds(took)));
                }
            }
        }
    }

    private boolean hasLost(Write write) {
        return recorder.writes().stream()
                .anyMatch(other -> other.outcome() == Outcome.OK
                        && other.register().equals(write.register())
                        && other.expected().equals(write.expected()));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private static String seconds(Duration time) {
        return "%.1f s".formatted(time.toMillis() / 1000.0);
    }
}
