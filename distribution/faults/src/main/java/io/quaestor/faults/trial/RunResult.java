package io.quaestor.faults.trial;

import io.quaestor.faults.fault.Finding;
import io.quaestor.faults.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What came of one run.
///
/// @param writes           by what their writers were told
/// @param longestWrite     of those that were answered with OK
/// @param untilReadable    the longest time without a read where one was waited for
/// @param untilWritable    the longest time without a write where one was waited for
/// @param longestSuspicion of a repository
/// @param untilAlike       from the end of the load until all replicas were alike
record RunResult(
        Map<Outcome, Integer> writes,
        int reads,
        int unansweredReads,
        Duration longestWrite,
        Duration untilReadable,
        Duration untilWritable,
        Duration longestSuspicion,
        Duration untilAlike,
        List<Finding> findings) {

    RunResult {
        writes = Map.copyOf(writes);
        findings = List.copyOf(findings);
    }

    /// Of no run at all.
    static final RunResult NONE = new RunResult(
            Map.of(),
            0,
            0,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            List.of());

    /// Of a run that could not be ended.
    static RunResult abandoned(String reason) {
        return NONE.and(List.of(new Finding("ABANDONED", reason)));
    }

    private RunResult and(List<Finding> found) {
        return new RunResult(
                writes,
                reads,
                unansweredReads,
                longestWrite,
                untilReadable,
                untilWritable,
                longestSuspicion,
                untilAlike,
                found);
    }

    /// Both together: sums of numbers, the longer times.
    RunResult and(RunResult other) {
        var sum = new EnumMap<Outcome, Integer>(Outcome.class);
        for (var outcome : Outcome.values()) {
            sum.put(outcome, count(outcome) + other.count(outcome));
        }
        var all = new ArrayList<>(findings);
        all.addAll(other.findings);
        return new RunResult(
                sum,
                reads + other.reads,
                unansweredReads + other.unansweredReads,
                longer(longestWrite, other.longestWrite),
                longer(untilReadable, other.untilReadable),
                longer(untilWritable, other.untilWritable),
                longer(longestSuspicion, other.longestSuspicion),
                longer(untilAlike, other.untilAlike),
                all);
    }

    int count(Outcome outcome) {
        return writes.getOrDefault(outcome, 0);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
