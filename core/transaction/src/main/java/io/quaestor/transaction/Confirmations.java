package io.quaestor.transaction;

import org.jspecify.annotations.Nullable;

/// Which changes one node has confirmed, in their order. A value; shares its beginning with those it was made from.
public final class Confirmations {

    /// Nothing is confirmed.
    public static final Confirmations NONE = new Confirmations(null, new Vote(0, 0, 0), 0);

    private final @Nullable Confirmations before;
    private final Vote last;
    private final int length;

    private Confirmations(@Nullable Confirmations before, Vote last, int length) {
        this.before = before;
        this.last = last;
        this.length = length;
    }

    /// One more.
    public Confirmations plus(Vote vote) {
        return new Confirmations(this, vote, length + 1);
    }

    /// How many.
    public int length() {
        return length;
    }

    /// Whether the changes are the same in the same order. Iterates: a push may change thousands of references one by
    /// one.
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Confirmations that) || length != that.length) {
            return false;
        }
        @Nullable Confirmations mine = this;
        @Nullable Confirmations its = that;
        while (mine != null && its != null && mine != its) {
            if (!mine.last.equals(its.last)) {
                return false;
            }
            mine = mine.before;
            its = its.before;
        }
        return true;
    }

    @Override
    public int hashCode() {
        return 31 * length + last.hashCode();
    }

    @Override
    public String toString() {
        return length == 0 ? "nothing confirmed" : length + " confirmed, the last " + last;
    }
}
