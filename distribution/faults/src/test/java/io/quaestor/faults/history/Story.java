package io.quaestor.faults.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A short history of one register whose first value is `0`, told in milliseconds.
///
/// ```java
/// new Story().ok("a", "0", 1, 2).read("a", 3, 4).last("a", "a", "a")
/// ```
final class Story {

    static final Register REGISTER = new Register("project.git", "refs/heads/main");

    static final String FIRST = "0";

    private final List<Write> writes = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private Map<String, String> last = Map.of();
    private String proxy = "proxy";

    /// What follows goes through this proxy.
    Story through(String name) {
        proxy = name;
        return this;
    }

    Story ok(String value, String expected, int from, int to) {
        return write(value, expected, from, to, Outcome.OK);
    }

    Story rejected(String value, String expected, int from, int to) {
        return write(value, expected, from, to, Outcome.REJECTED);
    }

    Story unknown(String value, String expected, int from, int to) {
        return write(value, expected, from, to, Outcome.UNKNOWN);
    }

    Story read(String value, int from, int to) {
        reads.add(new Read(REGISTER, proxy, value, nanos(from), nanos(to)));
        return this;
    }

    /// The values on the storages at the end.
    Story last(String... values) {
        var map = new HashMap<String, String>();
        for (int i = 0; i < values.length; i++) {
            map.put("gitaly-" + (i + 1), values[i]);
        }
        last = map;
        return this;
    }

    History history() {
        return new History(Map.of(REGISTER, FIRST), writes, reads, Map.of(REGISTER, last));
    }

    /// What is broken, other proxies being allowed to be 10 ms behind.
    List<Violation> violations() {
        return new HistoryChecker(Duration.ofMillis(10)).check(history());
    }

    List<Rule> broken() {
        return violations().stream().map(Violation::rule).toList();
    }

    private Story write(String value, String expected, int from, int to, Outcome outcome) {
        writes.add(new Write("op-" + value, REGISTER, proxy, expected, value, nanos(from), nanos(to), outcome));
        return this;
    }

    private static long nanos(int millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
