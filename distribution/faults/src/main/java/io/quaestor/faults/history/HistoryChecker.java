package io.quaestor.faults.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Judges a history by the [Rule]s.
///
/// Values are unique and each write names the value that it replaces, so nothing has to be searched: from the last value
/// one can walk back to the first, and that is the order of all writes that were done. What is left is to hold the times
/// of operations against it.
///
/// @param age how old an answer may be that another proxy made old; the same proxy never answers with what is old
public record HistoryChecker(Duration age) {

    /// @return what is broken, in the order of the registers; empty for a good history
    /// @throws IllegalArgumentException if two writes have one value or a register has no first value: then it is the
    ///     clients that are wrong
    public List<Violation> check(History history) {
        var violations = new ArrayList<Violation>();
        for (var register : history.initial().keySet().stream()
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .toList()) {
            violations.addAll(check(register, history));
        }
        for (var operation : history.writes()) {
            require(history, operation);
        }
        for (var operation : history.reads()) {
            require(history, operation);
        }
        return violations;
    }

    private List<Violation> check(Register register, History history) {
        var writes = history.writes().stream()
                .filter(w -> w.register().equals(register))
                .toList();
        var reads = history.reads().stream()
                .filter(r -> r.register().equals(register))
                .toList();
        var first = history.initial().getOrDefault(register, Read.ABSENT);
        var last = history.last().getOrDefault(register, Map.of());
        var lineage = Lineage.of(register, first, writes, reads, last);
        var violations = new ArrayList<>(lineage.violations());
        violations.addAll(new Timing(register, lineage.trunk(), reads, age).violations());
        return violations;
    }

    private static void require(History history, Operation operation) {
        if (!history.initial().containsKey(operation.register())) {
            throw new IllegalArgumentException("the first value is not known: " + operation.register());
        }
    }
}
