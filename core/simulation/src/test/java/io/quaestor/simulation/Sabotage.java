package io.quaestor.simulation;

/// A defect that is built in, to see that it is found.
public enum Sabotage {
    NONE,

    /// Says that a write is recorded, and records it some time later.
    ANSWER_BEFORE_RECORD,

    /// Goes on using the first placement that was heard of, for a while.
    KEEP_OLD_PLACEMENTS,

    /// Records that all who should have a write have it.
    CALL_ALL_UP_TO_DATE,

    /// Records who is outdated and forgets that they need a repair.
    FORGET_JOBS,

    /// Reports copies that were not made.
    COPY_NOTHING,

    /// Lets nodes write without saying so before (RT 11.8).
    KEEP_NO_INTENTS,

    /// Permits writes after its lease, as a proxy that wakes up and does not look at the clock.
    IGNORE_LEASE,

    /// Records a write again, after a commit whose outcome was in doubt, as if it were another.
    COUNT_TWICE,

    /// Outdates all others with a secondary that was lost (RT 11.1).
    OUTDATE_WITH_THE_LOST,

    /// Outdates all others with a primary that was lost.
    FOLLOW_THE_DEAD,

    /// Waits for nodes without a limit (RT 11.2).
    WAIT_FOR_THE_DEAD,

    /// Fails a write because a secondary is not reached (RT 11.3).
    FAIL_WITH_THE_UNREACHABLE,

    /// Takes votes of anybody (RT 11.15).
    TRUST_ANYBODY;

    /// The seed that finds it. If a change of the simulation tells other stories, look for another one.
    long foundBy() {
        return switch (this) {
            case NONE -> throw new IllegalStateException("there is nothing to be found");
            case ANSWER_BEFORE_RECORD,
                    KEEP_OLD_PLACEMENTS,
                    CALL_ALL_UP_TO_DATE,
                    FORGET_JOBS,
                    COPY_NOTHING,
                    KEEP_NO_INTENTS,
                    TRUST_ANYBODY,
                    COUNT_TWICE -> 1;
            case OUTDATE_WITH_THE_LOST,
                    FOLLOW_THE_DEAD,
                    FAIL_WITH_THE_UNREACHABLE -> 2;
            case WAIT_FOR_THE_DEAD, IGNORE_LEASE -> 3;
        };
    }
}
