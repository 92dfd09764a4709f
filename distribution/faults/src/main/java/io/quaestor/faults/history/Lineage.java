package io.quaestor.faults.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Which value follows which in one register.
///
/// ```text
///   first ──▶ a ──▶ b ──▶ c     the trunk: from the first value to the last
///                   └───▶ x     a branch: b has two successors, and whatever made x is lost
/// ```
///
/// @param trunk      the writes from the first value to the last, in their order
/// @param violations of all rules but those about time
record Lineage(List<Write> trunk, List<Violation> violations) {

    Lineage {
        trunk = List.copyOf(trunk);
        violations = List.copyOf(violations);
    }

    /// @param first the value before all writes
    /// @param last  the value on each storage at the end
    static Lineage of(
            Register register, String first, List<Write> writes, List<Read> reads, Map<String, String> last) {
        return new Judge(register, first, byValue(writes), reads, new TreeMap<>(last)).lineage();
    }

    private static Map<String, Write> byValue(List<Write> writes) {
        var map = new LinkedHashMap<String, Write>();
        for (var write : writes) {
            if (map.put(write.value(), write) != null) {
                throw new IllegalArgumentException("two writes of one value: " + write.value());
            }
        }
        return map;
    }

    private record Judge(
            Register register,
            String first,
            Map<String, Write> writes,
            List<Read> reads,
            Map<String, String> last,
            List<Violation> violations) {

        Judge(
                Register register,
                String first,
                Map<String, Write> writes,
                List<Read> reads,
                Map<String, String> last) {
            this(register, first, writes, reads, last, new ArrayList<>());
        }

        Lineage lineage() {
            if (Set.copyOf(last.values()).size() != 1) {
                report(Rule.REPLICAS_AGREE, "at the end there is " + last);
            }
            var done = done();
            for (var write : done) {
                if (write.outcome() == Outcome.REJECTED) {
                    report(Rule.REJECTED_IS_NOT_DONE, "%s was done: %s".formatted(write, witness(write)));
                }
            }
            done.stream()
                    .collect(Collectors.groupingBy(Write::expected, TreeMap::new, Collectors.toList()))
                    .forEach((value, successors) -> {
                        if (successors.size() > 1) {
                            report(
                                    Rule.ONE_SUCCESSOR,
                                    "%s was replaced by %s".formatted(name(value), names(successors)));
                        }
                    });
            var trunk = trunk();
            lost(trunk);
            return new Lineage(trunk, violations);
        }

        /// The writes of which it is known that they were done: whose writers were told so, whose values were seen, and
        /// those that they stand on.
        private Collection<Write> done() {
            var values = new LinkedHashSet<String>();
            writes.values().stream()
                    .filter(w -> w.outcome() == Outcome.OK)
                    .map(Write::value)
                    .forEach(values::add);
            reads.forEach(read -> values.add(read.value()));
            values.addAll(last.values());
            var done = new LinkedHashMap<String, Write>();
            var foreign = new HashSet<String>();
            for (var value : values) {
                for (var at = value; !at.equals(first) && !done.containsKey(at); ) {
                    var write = writes.get(at);
                    if (write == null) {
                        if (foreign.add(at)) {
                            report(Rule.NO_FOREIGN_VALUE, "nobody wrote %s: %s".formatted(name(at), witness(at)));
                        }
                        break;
                    }
                    done.put(at, write);
                    at = write.expected();
                }
            }
            return done.values();
        }

        /// The longest way back from a last value.
        private List<Write> trunk() {
            List<Write> longest = List.of();
            for (var value : new LinkedHashSet<>(last.values())) {
                var way = way(value);
                if (way.size() > longest.size()) {
                    longest = way;
                }
            }
            return longest;
        }

        private List<Write> way(String value) {
            var way = new ArrayList<Write>();
            var passed = new HashSet<String>();
            for (var at = value; !at.equals(first) && passed.add(at); ) {
                var write = writes.get(at);
                if (write == null) {
                    return List.of(); // it leads nowhere, which is reported as a foreign value
                }
                way.add(write);
                at = write.expected();
            }
            Collections.reverse(way);
            return way;
        }

        private void lost(List<Write> trunk) {
            var there = new HashSet<>(trunk);
            var known = trunk.stream().map(Write::value).collect(Collectors.toCollection(HashSet::new));
            known.add(first);
            for (var write : writes.values()) {
                if (write.outcome() == Outcome.OK && !there.contains(write)) {
                    report(Rule.NO_LOST_WRITE, "%s is not part of what led to %s".formatted(write, lastNames()));
                }
            }
            var vanished = new HashMap<String, Read>();
            for (var read : reads) {
                var write = writes.get(read.value());
                // what is lost, rejected or foreign is reported already
                if (!known.contains(read.value())
                        && write != null
                        && write.outcome() == Outcome.UNKNOWN
                        && vanished.putIfAbsent(read.value(), read) == null) {
                    report(
                            Rule.NOTHING_VANISHES,
                            "a %s saw %s, which is not part of what led to %s"
                                    .formatted(read, write, lastNames()));
                }
            }
        }

        private String witness(Write write) {
            return witness(write.value());
        }

        /// Why one knows that a value was there.
        private String witness(String value) {
            for (var entry : last.entrySet()) {
                if (entry.getValue().equals(value)) {
                    return "it is what " + entry.getKey() + " has at the end";
                }
            }
            for (var read : reads) {
                if (read.value().equals(value)) {
                    return "a " + read + " saw it";
                }
            }
            for (var write : writes.values()) {
                if (write.expected().equals(value) && write.outcome() == Outcome.OK) {
                    return write + " replaced it";
                }
            }
            return "others stand on it";
        }

        private String lastNames() {
            return last.values().stream().distinct().map(this::name).collect(Collectors.joining(" and "));
        }

        private String names(List<Write> some) {
            return some.stream().map(Write::toString).sorted().collect(Collectors.joining(" and by "));
        }

        private String name(String value) {
            var write = writes.get(value);
            if (write != null) {
                return write.id();
            }
            return value.equals(first) ? "the first value" : value.equals(Read.ABSENT) ? "no value" : value;
        }

        private void report(Rule rule, String explanation) {
            violations.add(new Violation(rule, register, explanation));
        }
    }
}
