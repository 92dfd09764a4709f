package io.quaestor.faults.trial;

import io.quaestor.faults.fault.Finding;
import io.quaestor.faults.history.History;
import io.quaestor.faults.history.Operation;
import io.quaestor.faults.history.Read;
import io.quaestor.faults.history.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A history as text, for looking into it: findings, then operations in the order in which they began.
final class HistoryFile {

    private HistoryFile() {}

    static void write(Path file, History history, List<Finding> findings) throws IOException {
        var lines = new ArrayList<String>();
        findings.forEach(finding -> lines.add(finding.toString()));
        lines.add("");
        history.initial().forEach((register, value) -> lines.add("at first " + register + " = " + value));
        var operations = Stream.<Operation>concat(history.writes().stream(), history.reads().stream())
                .sorted(Comparator.comparingLong(Operation::invoked))
                .toList();
        long zero = operations.isEmpty() ? 0 : operations.getFirst().invoked();
        operations.forEach(operation -> lines.add(line(operation, zero)));
        history.last().forEach((register, values) -> lines.add("at last " + register + " = " + values));
        Files.write(file, lines);
    }

    private static String line(Operation operation, long zero) {
        var times = "%9.3f %9.3f %s".formatted(
                seconds(operation.invoked() - zero), seconds(operation.returned() - zero), operation.proxy());
        return switch (operation) {
            case Write write -> "%s write %s %s: %s → %s (%s)"
                    .formatted(
                            times,
                            write.outcome(),
                            write.register(),
                            write.expected(),
                            write.value(),
                            write.id());
            case Read read -> "%s read %s: %s".formatted(times, read.register(), read.value());
        };
    }

    private static double seconds(long nanos) {
        return Duration.ofNanos(nanos).toMillis() / 1000.0;
    }
}
