package io.quaestor.simulation;

import io.quaestor.simulation.proxy.Call;
import io.quaestor.spi.model.RepositoryKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What clients wrote, and what they were told. Every value is written once, in the place of a value that the client
/// names, so the values of a reference are a tree, and those that were answered with OK must lie on one line of it.
final class History {

    private final Map<RepositoryKey, TreeMap<String, Line>> lines = new HashMap<>();

    /// One reference.
    private static final class Line {
        final Map<Integer, Integer> parents = new HashMap<>();
        final Set<Integer> rejected = new HashSet<>();
        final Set<Integer> seen = new HashSet<>();

        /// The latest value whose client was told OK.
        int tip;

        /// Whether one value is the other, or was written on top of it.
        boolean isOn(int value, int before) {
            for (int v = value; v != 0; v = parents.getOrDefault(v, 0)) { // what is not ours stands on nothing
                if (v == before) {
                    return true;
                }
            }
            return before == 0;
        }
    }

    /// A client is going to write.
    void begun(Call call) {
        call.changes().forEach(group -> group.forEach((reference, expected) ->
                line(call.key(), reference).parents.put(call.number(), expected)));
    }

    /// A client was told that it has changed a reference.
    ///
    /// @return what is wrong with that
    Optional<String> answered(Call call, String reference) {
        var line = line(call.key(), reference);
        if (line.isOn(call.number(), line.tip)) {
            line.tip = call.number();
        } else if (!line.isOn(line.tip, call.number())) {
            return Optional.of(call + " was answered with OK, and so was #" + line.tip + " of " + reference
                    + ", and neither stands on the other");
        }
        return Optional.empty();
    }

    /// A client was told that it has not changed a reference, and never will have.
    ///
    /// @return what is wrong with that
    Optional<String> rejected(Call call, String reference) {
        var line = line(call.key(), reference);
        line.rejected.add(call.number());
        return line.seen.contains(call.number())
                ? Optional.of("P7: " + call + " was rejected, and somebody has seen its " + reference)
                : Optional.empty();
    }

    /// A client has read.
    ///
    /// @return what is wrong with that
    Optional<String> seen(Call call, Map<String, Integer> values) {
        values.forEach((reference, value) -> line(call.key(), reference).seen.add(value));
        return rejected(call.key(), values);
    }

    /// @return if there is something that was rejected, what
    Optional<String> rejected(RepositoryKey key, Map<String, Integer> values) {
        return values.entrySet().stream()
                .filter(v -> line(key, v.getKey()).rejected.contains(v.getValue()))
                .map(v -> "P7: #" + v.getValue() + " of " + key + " was rejected, and " + v.getKey() + " is there: " + values)
                .findFirst();
    }

    /// The latest answered value of each reference.
    SortedMap<String, Integer> answered(RepositoryKey key) {
        var tips = new TreeMap<String, Integer>();
        of(key).forEach((reference, line) -> {
            if (line.tip != 0) {
                tips.put(reference, line.tip);
            }
        });
        return tips;
    }

    /// Which of the values somebody lacks.
    ///
    /// @param values what it must have, or something on top of that
    /// @param has    what it has
    Map<String, Integer> missing(RepositoryKey key, Map<String, Integer> values, Map<String, Integer> has) {
        Map<String, Integer> missing = null;
        for (var wanted : values.entrySet()) {
            int present = has.getOrDefault(wanted.getKey(), 0);
            if (present != wanted.getValue() && !line(key, wanted.getKey()).isOn(present, wanted.getValue())) {
                missing = missing == null ? new TreeMap<>() : missing;
                missing.put(wanted.getKey(), wanted.getValue());
            }
        }
        return missing == null ? Map.of() : missing;
    }

    private Line line(RepositoryKey key, String reference) {
        return of(key).computeIfAbsent(reference, _ -> new Line());
    }

    private TreeMap<String, Line> of(RepositoryKey key) {
        return lines.computeIfAbsent(key, _ -> new TreeMap<>());
    }
}
