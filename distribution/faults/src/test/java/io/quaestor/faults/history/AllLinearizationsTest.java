package io.quaestor.faults.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The checker walks along the values. Here, for small histories, every order of the operations is tried instead: both must
/// say the same.
class AllLinearizationsTest {

    private static final int HISTORIES = 4000;

    private static final int LAST = 1000;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void theCheckerAcceptsWhatHasALinearOrderAndNothingElse(long seed) {
        var random = new Random(seed);
        int good = 0;
        for (int i = 0; i < HISTORIES; i++) {
            var history = history(random);
            var violations = new HistoryChecker(Duration.ZERO).check(history);
            assertThat(violations.isEmpty())
                    .as("history %d: %s\n%s", i, history, violations)
                    .isEqualTo(hasLinearOrder(history));
            good += violations.isEmpty() ? 1 : 0;
        }

        // the comparison means something only if there are many of both
        assertThat(good).isBetween(HISTORIES / 20, HISTORIES * 19 / 20);
    }

    /// Few operations close to each other, mostly sensible ones.
    private static History history(Random random) {
        var writes = new ArrayList<Write>();
        var reads = new ArrayList<Read>();
        var values = new ArrayList<>(List.of(Story.FIRST));
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            long invoked = i * 2L + random.nextInt(5);
            long returned = invoked + 1 + random.nextInt(5);
            var value = random.nextInt(3) == 0 ? values.get(random.nextInt(values.size())) : values.getLast();
            if (random.nextBoolean()) {
                var outcome = Outcome.values()[Math.max(0, random.nextInt(5) - 2)];
                writes.add(new Write("op" + i, Story.REGISTER, "p", value, "v" + i, invoked, returned, outcome));
                if (outcome != Outcome.REJECTED || random.nextInt(6) == 0) {
                    values.add("v" + i);
                }
            } else {
                reads.add(new Read(Story.REGISTER, "p", value, invoked, returned));
            }
        }
        var last = random.nextInt(5) == 0 ? values.get(random.nextInt(values.size())) : values.getLast();
        return new History(
                Map.of(Story.REGISTER, Story.FIRST),
                writes,
                reads,
                Map.of(Story.REGISTER, Map.of("gitaly-1", last, "gitaly-2", last)));
    }

    /// Whether there is an order of the operations that respects their times and makes every answer true: writes with OK
    /// are in it, rejected ones are not, and those of unknown outcome may be, at any time after they began. The last values
    /// are a read at the very end.
    private static boolean hasLinearOrder(History history) {
        var operations = new ArrayList<Operation>(history.reads());
        history.writes().stream().filter(w -> w.outcome() != Outcome.REJECTED).forEach(operations::add);
        var end = new HashMap<>(history.last().getOrDefault(Story.REGISTER, Map.of())).values().iterator().next();
        operations.add(new Read(Story.REGISTER, "p", end, LAST, LAST + 1));
        return search(operations, Story.FIRST);
    }

    private static boolean search(List<Operation> left, String value) {
        if (left.stream().allMatch(AllLinearizationsTest::hasNoEnd)) {
            return true; // those of unknown outcome need not be done
        }
        long firstEnd = left.stream().filter(o -> !hasNoEnd(o)).mapToLong(Operation::returned).min().orElseThrow();
        for (var next : left) {
            if (next.invoked() > firstEnd) {
                continue; // another one had ended before it began
            }
            var rest = new ArrayList<>(left);
            rest.remove(next);
            var follows = switch (next) {
                case Read read -> read.value().equals(value) && search(rest, value);
                case Write write -> write.expected().equals(value) && search(rest, write.value());
            };
            if (follows) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasNoEnd(Operation operation) {
        return operation instanceof Write write && write.outcome() == Outcome.UNKNOWN;
    }
}
