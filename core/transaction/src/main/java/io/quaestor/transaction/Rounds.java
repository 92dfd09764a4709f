package io.quaestor.transaction;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// The rounds of a transaction that somebody may still come to. Those that all have passed are forgotten, so that a push of
/// thousands of references stays cheap.
///
/// Changed only by the [Move] that has made its copy, before anybody else sees it: a node that is thousands of rounds
/// behind must not cost a copy for every detail.
final class Rounds {

    static final Rounds NONE = new Rounds(0, List.of());

    private final int first;
    private final List<Slot> all;

    private Rounds(int first, List<Slot> all) {
        this.first = first;
        this.all = all;
    }

    /// The number of the first one that is kept.
    int first() {
        return first;
    }

    /// The number after the last one.
    int end() {
        return first + all.size();
    }

    /// From the first one on.
    List<Slot> all() {
        return Collections.unmodifiableList(all);
    }

    boolean any(Predicate<Slot> condition) {
        return all.stream().anyMatch(condition);
    }

    Slot get(int round) {
        return all.get(round - first);
    }

    /// One that may be changed.
    Rounds copy() {
        return new Rounds(first, new ArrayList<>(all));
    }

    /// In its place, or behind the last.
    void put(int round, Slot slot) {
        if (round == end()) {
            all.add(slot);
        } else {
            all.set(round - first, slot);
        }
    }

    void changeFrom(int round, UnaryOperator<Slot> change) {
        all.subList(Math.max(round - first, 0), all.size()).replaceAll(change);
    }

    /// Without those before a number.
    Rounds from(int round) {
        int drop = Math.min(round - first, all.size());
        return drop <= 0 ? this : new Rounds(first + drop, List.copyOf(all.subList(drop, all.size())));
    }
}
