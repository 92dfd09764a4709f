package io.quaestor.faults.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.faults.fault.Faults;
import io.quaestor.faults.fault.Finding;
import io.quaestor.faults.history.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

    @Test
    void addsNumbersUpAndKeepsTheLongestTimes() {
        var report = new Report();
        var fault = Faults.named("kill-primary").orElseThrow();

        report.add(fault, result(Map.of(Outcome.OK, 3, Outcome.UNKNOWN, 1), 400, List.of()));
        report.add(fault, result(Map.of(Outcome.OK, 2), 300, List.of(new Finding("NO_LOST_WRITE", "op 1"))));

        assertThat(report.findings(false)).isEqualTo(1);
        assertThat(report.markdown("a title")).startsWith("### a title\n\n| Fault |").contains(
                "| `kill -9` of the primary node | 2 | 5, 0, 1 | 20, 2 | 0.4 s | 0.0 s, 0.0 s | 0.0 s | 0.0 s | 1 NO_LOST_WRITE |\n");
    }

    @Test
    void whatOnlyTookTooLongDoesNotCountForThePatient() {
        var report = new Report();
        var fault = Faults.named("kill-primary").orElseThrow();

        report.add(fault, result(Map.of(), 400, List.of(new Finding("WRITABLE", "not for 9 s"))));
        report.add(fault, result(Map.of(), 400, List.of(new Finding("CONVERGENCE", "never"))));

        assertThat(report.findings(false)).isEqualTo(2);
        assertThat(report.findings(true)).isEqualTo(1);
    }

    @Test
    void saysWhatWasNotTried() {
        var report = new Report();

        report.skipped(Faults.named("full-disk").orElseThrow(), "it takes root");

        assertThat(report.findings(false)).isZero();
        assertThat(report.markdown("a title")).contains("| the disk of a secondary node is full | 0 | skipped: it takes root |");
    }

    private static RunResult result(Map<Outcome, Integer> writes, int longestMillis, List<Finding> findings) {
        return new RunResult(
                writes,
                10,
                1,
                Duration.ofMillis(longestMillis),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                findings);
    }
}
