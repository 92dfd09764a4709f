package io.quaestor.transaction;

import java.util.ArrayList;
import java.util.List;

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
        var changed = new ArrayList<>(all);
        if (round == end()) {
            changed.add(slot);
        } else {
            changed.set(round - first, slot);
        }
        return new Rounds(first, changed);
    }

    /// Without those before a number.
    Rounds from(int round) {
        int drop = Math.min(round - first, all.size());
        return drop <= 0 ? this : new Rounds(first + drop, all.subList(drop, all.size()));
    }
}
