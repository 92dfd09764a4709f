package io.quaestor.faults.trial;

import io.quaestor.faults.cluster.Cluster;
import io.quaestor.faults.fault.Fault;
import io.quaestor.faults.history.Outcome;
import io.quaestor.faults.system.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/// Many runs of several faults on one cluster.
public final class Series {

    /// Of a run's findings, so many are shown; all are in its history.
    private static final int SHOWN = 5;

    private final Cluster cluster;
    private final Path directory;
    private final Run run;
    private final Ticker ticker;
    private final Consumer<String> console;

    /// @param directory for workshops and for the histories of runs in which something was found
    /// @param console   gets a line for each run
    /// @param threads   makes virtual threads
    public Series(
            Cluster cluster, Path directory, Ticker ticker, ThreadFactory threads, Consumer<String> console) {
        this.cluster = cluster;
        this.directory = directory;
        this.console = console;
        this.ticker = ticker;
        this.run = new Run(
                cluster, new Stage(cluster, ticker, directory.resolve("workshops")), ticker, threads);
    }

    /// @param report gets what was found, also if an exception ends the series
    /// @throws IOException if a process cannot be started again, not even at the second attempt
    public void run(List<Fault> faults, int times, long seed, Report report) throws IOException, InterruptedException {
        for (var fault : faults) {
            var obstacle = fault.obstacle(cluster);
            if (obstacle.isPresent()) {
                console.accept("%s: SKIPPED, %s".formatted(fault.name(), obstacle.get()));
                report.skipped(fault, obstacle.get());
                continue;
            }
            cluster.runProxies(fault.proxies());
            for (int i = 1; i <= times; i++) {
                once(fault, i, times, seed, report);
            }
        }
    }

    private void once(Fault fault, int number, int times, long seed, Report report)
            throws IOException, InterruptedException {
        // so that a fault alone meets the same instants as among others
        var random = new Random(seed + 31L * fault.name().hashCode() + 1_000_003L * number);
        long begin = ticker.nanos();
        try {
            var told = run.of(fault, random);
            report.add(fault, told.result());
            console.accept(line(fault, number, times, told.result(), ticker.since(begin)));
            tell(fault, number, told);
        } catch (IOException e) {
            report.add(fault, RunResult.abandoned(String.valueOf(e.getMessage())));
            console.accept("%s %d/%d: ABANDONED, %s".formatted(fault.name(), number, times, e.getMessage()));
            cluster.mend(fault.proxies());
        }
    }

    private void tell(Fault fault, int number, Run.Told told) throws IOException {
        var findings = told.result().findings();
        if (findings.isEmpty()) {
            return;
        }
        findings.stream().limit(SHOWN).forEach(finding -> console.accept("    " + finding));
        var file = directory.resolve("%s-%d.history".formatted(fault.name(), number));
        HistoryFile.write(file, told.history(), findings);
        console.accept("    … %d findings, all in %s".formatted(findings.size(), file));
    }

    private static String line(Fault fault, int number, int times, RunResult result, Duration took) {
        return "%s %d/%d in %s: %d writes done, %d rejected, %d unknown, longest %s; %d reads; alike after %s%s"
                .formatted(
                        fault.name(),
                        number,
                        times,
                        Report.seconds(took),
                        result.count(Outcome.OK),
                        result.count(Outcome.REJECTED),
                        result.count(Outcome.UNKNOWN),
                        Report.seconds(result.longestWrite()),
                        result.reads(),
                        Report.seconds(result.untilAlike()),
                        result.findings().isEmpty() ? "" : "; FINDINGS");
    }
}
