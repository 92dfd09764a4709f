package io.quaestor.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// The rounds of a transaction that somebody may still come to. Those that all have passed are forgotten, so that a push of
/// thousands of references stays cheap.
///
/// @param first the number of the first one that is kept
/// @param all   from that one on
record Rounds(int first, List<Slot> all) {

    static final Rounds NONE = new Rounds(0, List.of());

    Rounds {
        all = List.copyOf(all);
    }

    /// The number after the last one.
    int end() {
        return first + all.size();
    }

    Slot get(int round) {
        return all.get(round - first);
    }

    /// With this one in its place, or behind the last.
    Rounds with(int round, Slot slot) {
        if (round < end() && get(round).equals(slot)) {
            return this;
        }
        var changed = new ArrayList<>(all);
        if (round == end()) {
            changed.add(slot);
        } else {
            changed.set(round - first, slot);
        }
        return new Rounds(first, changed);
    }

    /// With a change to all from a number on.
    Rounds with(int from, UnaryOperator<Slot> change) {
        var changed = new ArrayList<>(all);
        changed.subList(Math.max(from - first, 0), all.size()).replaceAll(change);
        return new Rounds(first, changed);
    }

    /// Without those before a number.
    Rounds from(int round) {
        int drop = Math.min(round - first, all.size());
        return drop <= 0 ? this : new Rounds(first + drop, all.subList(drop, all.size()));
    }
}
