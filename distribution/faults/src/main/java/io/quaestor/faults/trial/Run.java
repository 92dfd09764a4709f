package io.quaestor.faults.trial;

import io.quaestor.faults.cluster.Cluster;
import io.quaestor.faults.fault.Fault;
import io.quaestor.faults.fault.Finding;
import io.quaestor.faults.fault.Placed;
import io.quaestor.faults.fault.Scene;
import io.quaestor.faults.history.History;
import io.quaestor.faults.history.HistoryChecker;
import io.quaestor.faults.history.Outcome;
import io.quaestor.faults.history.Register;
import io.quaestor.faults.history.Write;
import io.quaestor.faults.load.Recorder;
import io.quaestor.faults.load.Subject;
import io.quaestor.faults.load.Workload;
import io.quaestor.faults.system.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadFactory;

/// One fault, once: clients write and read, something is hurt at a random instant and healed, and it is judged what the
/// clients saw.
record Run(Cluster cluster, Stage stage, Ticker ticker, ThreadFactory threads) {

    /// The load is on before anything happens, for a time between these.
    private static final Duration BEFORE = Duration.ofMillis(700);

    private static final Duration BEFORE_LONGEST = Duration.ofMillis(2500);

    /// And after it is healed.
    private static final Duration AFTER = Duration.ofSeconds(1);

    /// @param history for looking into it, if something was found
    record Told(RunResult result, History history) {}

    /// @throws IOException if a process cannot be started again: nothing more can be tried then
    Told of(Fault fault, Random random) throws IOException, InterruptedException {
        var scenery = stage.set(fault, random);
        var subjects = scenery.subjects().stream().map(Placed::subject).toList();
        var proxies = cluster.clients().subList(0, fault.proxies());
        var recorder = new Recorder();
        var scene = new Scene(cluster, scenery.target(), scenery.subjects(), recorder, ticker, random);
        var watch = SuspicionWatch.start(subjects, proxies, ticker, threads);
        Convergence.Result settled;
        Duration suspicion;
        try {
            underLoad(fault, scene, subjects, recorder, random);
            fault.judge(scene);
            settled = new Convergence(cluster, ticker).await(subjects, cluster.limits().convergence());
        } finally {
            suspicion = watch.stop();
        }
        var history = new History(scenery.initial(), recorder.writes(), recorder.reads(), settled.values());
        var findings = findings(scene, settled, history);
        if (findings.isEmpty()) {
            keep(subjects, settled);
        }
        return new Told(
                new RunResult(
                        counts(history.writes()),
                        history.reads().size(),
                        recorder.unansweredReads(),
                        longest(history.writes()),
                        scene.untilReadable(),
                        scene.untilWritable(),
                        suspicion,
                        settled.took(),
                        findings),
                history);
    }

    private void underLoad(Fault fault, Scene scene, List<Subject> subjects, Recorder recorder, Random random)
            throws IOException, InterruptedException {
        var proxies = cluster.clients().subList(0, fault.proxies());
        var load = Workload.start(
                subjects, proxies, cluster.limits().patience(), recorder, ticker, threads, random);
        try {
            ticker.pause(BEFORE.plusNanos(
                    (long) (random.nextDouble() * BEFORE_LONGEST.minus(BEFORE).toNanos())));
            hurt(fault, scene);
            recovered(fault, scene);
        } finally {
            load.stop();
        }
    }

    private static void hurt(Fault fault, Scene scene) throws IOException, InterruptedException {
        try {
            scene.begin();
            fault.inject(scene);
            fault.meanwhile(scene);
        } finally {
            fault.heal(scene);
        }
    }

    /// When all is healed, every repository can be written through every proxy.
    private void recovered(Fault fault, Scene scene) throws InterruptedException {
        long healed = ticker.nanos();
        for (var placed : scene.subjects()) {
            for (var proxy : cluster.clients().subList(0, fault.proxies())) {
                scene.expectWrite(placed, Optional.of(proxy.name()), healed, cluster.limits().recovery());
            }
        }
        var left = AFTER.minus(ticker.since(healed));
        if (left.isPositive()) {
            ticker.pause(left);
        }
    }

    private List<Finding> findings(Scene scene, Convergence.Result settled, History history) {
        var findings = new ArrayList<>(scene.findings());
        if (!settled.isWhole()) {
            findings.add(new Finding(
                    "CONVERGENCE",
                    "the replicas are not alike after %d s: %s %s"
                            .formatted(settled.took().toSeconds(), settled.values(), settled.records())));
        }
        for (var violation : new HistoryChecker(cluster.limits().age()).check(history)) {
            findings.add(new Finding(violation.rule().name(), violation.register() + ": " + violation.explanation()));
        }
        return findings;
    }

    private void keep(List<Subject> subjects, Convergence.Result settled) {
        var values = new HashMap<Register, String>();
        settled.values().keySet().forEach(register -> values.put(register, settled.value(register).orElseThrow()));
        stage.keep(subjects, values);
    }

    private static Map<Outcome, Integer> counts(List<Write> writes) {
        var counts = new EnumMap<Outcome, Integer>(Outcome.class);
        writes.forEach(write -> counts.merge(write.outcome(), 1, Integer::sum));
        return counts;
    }

    private static Duration longest(List<Write> writes) {
        return Duration.ofNanos(writes.stream()
                .filter(write -> write.outcome() == Outcome.OK)
                .mapToLong(write -> write.returned() - write.invoked())
                .max()
                .orElse(0));
    }
}
