package io.quaestor.runtime.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;

/// Interprets `[failover]` but for the strategy. Only `enabled` means something; the rest belongs to electors that
/// Praefect no longer has, and is checked as Praefect checks it (OPS 1.4, 1.7).
final class FailoverReader {

    private static final List<String> UNUSED = List.of(
            "bootstrap_interval",
            "monitor_interval",
            "error_threshold_window",
            "write_error_threshold_count",
            "read_error_threshold_count");

    private final Section section;

    FailoverReader(Section section) {
        this.section = section;
    }

    boolean read() {
        boolean enabled = section.truth("enabled", true);
        section.raw("election_strategy"); // read with the other strategies
        if (!enabled) {
            section.warn("enabled", "is false: ignoring configured election strategy as failover is disabled");
        } else {
            ConfigurationReader.notNegative(section, "bootstrap_interval", Duration.ZERO);
            ConfigurationReader.notNegative(section, "monitor_interval", Duration.ZERO);
            checkThresholds();
        }
        UNUSED.forEach(key -> section.unused(key, "has no effect"));
        section.warnOfUnknownKeys();
        return enabled;
    }

    private void checkThresholds() {
        var isSet = new LinkedHashMap<String, Boolean>();
        isSet.put(
                "error_threshold_window",
                !ConfigurationReader.notNegative(section, "error_threshold_window", Duration.ZERO)
                        .isZero());
        for (String key : List.of("write_error_threshold_count", "read_error_threshold_count")) {
            isSet.put(key, section.whole(key, 0, 0, 0xffff_ffffL) != 0);
        }
        if (isSet.containsValue(true)) {
            isSet.forEach((key, set) -> {
                if (!set) {
                    section.wrong(key, "not set");
                }
            });
        }
    }
}
