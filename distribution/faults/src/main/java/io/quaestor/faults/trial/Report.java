package io.quaestor.faults.trial;

import io.quaestor.faults.fault.Fault;
import io.quaestor.faults.fault.Finding;
import io.quaestor.faults.history.Outcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The figures of a series, as a table of Markdown. **Threads:** one.
public final class Report {

    private static final String HEADER = """
            | Fault | Runs | Writes done, rejected, unknown | Reads, unanswered | Longest write | Until readable, writable | Longest suspicion | Until alike | Findings |
            |---|---|---|---|---|---|---|---|---|
            """;

    private final Map<String, Row> rows = new LinkedHashMap<>();

    /// @param obstacle why it was not tried; empty if it was
    private record Row(int runs, RunResult sum, String obstacle) {}

    void add(Fault fault, RunResult result) {
        rows.merge(
                fault.description(),
                new Row(1, result, ""),
                (old, one) -> new Row(old.runs + 1, old.sum.and(one.sum), ""));
    }

    void skipped(Fault fault, String obstacle) {
        rows.put(fault.description(), new Row(0, RunResult.NONE, obstacle));
    }

    /// How much was found in all runs.
    ///
    /// @param patient whether what only took too long does not count
    public long findings(boolean patient) {
        return rows.values().stream()
                .flatMap(row -> row.sum.findings().stream())
                .filter(finding -> !patient || !finding.isOfTime())
                .count();
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /// @param title what was run, without a full stop
    public String markdown(String title) {
        var text = new StringBuilder("### ").append(title).append("\n\n").append(HEADER);
        rows.forEach((description, row) -> text.append(line(description, row)));
        return text.append('\n').toString();
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    private static String line(String description, Row row) {
        if (!row.obstacle.isEmpty()) {
            return "| %s | 0 | skipped: %s | | | | | | |\n".formatted(description, row.obstacle);
        }
        var sum = row.sum;
        return "| %s | %d | %d, %d, %d | %d, %d | %s | %s, %s | %s | %s | %s |\n"
                .formatted(
                        description,
                        row.runs,
                        sum.count(Outcome.OK),
                        sum.count(Outcome.REJECTED),
                        sum.count(Outcome.UNKNOWN),
                        sum.reads(),
                        sum.unansweredReads(),
                        seconds(sum.longestWrite()),
                        seconds(sum.untilReadable()),
                        seconds(sum.untilWritable()),
                        seconds(sum.longestSuspicion()),
                        seconds(sum.untilAlike()),
                        findings(sum));
    }

    private static String findings(RunResult sum) {
        var counts = sum.findings().stream()
                .collect(Collectors.groupingBy(Finding::promise, TreeMap::new, Collectors.counting()));
        return counts.isEmpty()
                ? "none"
                : counts.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", "));
    }
}
