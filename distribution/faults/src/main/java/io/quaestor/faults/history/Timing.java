package io.quaestor.faults.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Holds the times of operations against the order of the values.
///
/// The value with the number 0 is the first, number n is what write n of the trunk made. An operation that was answered
/// *shows* a value: from then on at the latest, that value or a later one is there. So
///
/// - no write may begin after something showed its value or a later one, and
/// - no read may see a value if, before it began, something showed a later one.
///
/// Through the same proxy that holds at once, through another one after a bounded age. A read counts as shown by the same
/// proxy only if that proxy made the write: while a write of another one is under way, one replica has it and the next not
/// yet, and only the record of the write tells this proxy so.
///
/// Together that is: for each write there is an instant between its beginning and its end at which it was done, in the order
/// of the trunk, and each read fits in between.
record Timing(Register register, List<Write> trunk, List<Read> reads, Duration age) {

    /// When a value or a later one was shown first.
    ///
    /// @param by null if never
    private record Shown(long at, @Nullable Operation by) {

        static final Shown NEVER = new Shown(Long.MAX_VALUE, null);

        Shown earlier(Shown other) {
            return other.at < at ? other : this;
        }
    }

    List<Violation> violations() {
        var numbers = new HashMap<String, Integer>();
        for (int i = 0; i < trunk.size(); i++) {
            numbers.put(trunk.get(i).value(), i + 1);
        }
        var violations = new ArrayList<Violation>();
        var byAnybody = shown(numbers, _ -> true, _ -> true);
        for (int i = 1; i <= trunk.size(); i++) {
            var write = trunk.get(i - 1);
            var shown = byAnybody[i];
            if (shown.at < write.invoked()) {
                violations.add(new Violation(
                        Rule.NOT_BEFORE_ITS_TIME,
                        register,
                        "%s began %s after %s had shown it or what follows it"
                                .formatted(write, since(shown.at, write.invoked()), shown.by)));
            }
        }
        var byProxy = new HashMap<String, Shown[]>();
        for (var proxy : proxies()) {
            byProxy.put(proxy, shown(numbers, o -> o.proxy().equals(proxy), w -> w.proxy().equals(proxy)));
        }
        for (var read : reads) {
            var number = number(numbers, read.value());
            if (number >= 0 && number < trunk.size()) {
                stale(read, number, byProxy, byAnybody[number + 1], violations);
            }
        }
        return violations;
    }

    private void stale(
            Read read, int number, Map<String, Shown[]> byProxy, Shown byAnybody, List<Violation> violations) {
        var same = byProxy.getOrDefault(read.proxy(), new Shown[0])[number + 1];
        var isSame = same.at < read.invoked();
        var newer = isSame ? same : byAnybody;
        if (newer.by != null && newer.at < read.invoked() - (isSame ? 0 : age.toNanos())) {
            violations.add(new Violation(
                    isSame ? Rule.NO_STALE_READ : Rule.NO_OLD_READ,
                    register,
                    "a %s saw %s, %s after %s had shown a newer value, %s"
                            .formatted(
                                    read,
                                    number == 0 ? "the first value" : trunk.get(number - 1).id(),
                                    since(newer.at, read.invoked()),
                                    newer.by,
                                    trunk.get(number).id())));
        }
    }

    /// By the number of a value, when it or a later one was shown first.
    ///
    /// @param showing which operations count
    /// @param making  whose values count if they were only read
    private Shown[] shown(
            Map<String, Integer> numbers, Predicate<Operation> showing, Predicate<Write> making) {
        var shown = new Shown[trunk.size() + 2];
        Arrays.fill(shown, Shown.NEVER);
        for (var read : reads) {
            int number = number(numbers, read.value());
            if (number < 1 || making.test(trunk.get(number - 1))) {
                show(shown, number, read, showing);
            }
        }
        for (int i = 1; i <= trunk.size(); i++) {
            var write = trunk.get(i - 1);
            if (write.outcome() == Outcome.OK) {
                show(shown, i, write, showing);
            }
        }
        for (int i = trunk.size(); i >= 0; i--) {
            shown[i] = shown[i].earlier(shown[i + 1]);
        }
        return shown;
    }

    private static void show(Shown[] shown, int number, Operation operation, Predicate<Operation> showing) {
        if (number >= 0 && showing.test(operation)) {
            shown[number] = shown[number].earlier(new Shown(operation.returned(), operation));
        }
    }

    private Set<String> proxies() {
        var proxies = new TreeSet<String>();
        reads.forEach(read -> proxies.add(read.proxy()));
        trunk.forEach(write -> proxies.add(write.proxy()));
        return proxies;
    }

    /// @return -1 for a value that is not on the trunk
    private int number(Map<String, Integer> numbers, String value) {
        if (!trunk.isEmpty() && value.equals(trunk.getFirst().expected())) {
            return 0;
        }
        return numbers.getOrDefault(value, -1);
    }

    private static String since(long from, long to) {
        return Duration.ofNanos(to - from).toMillis() + " ms";
    }
}
