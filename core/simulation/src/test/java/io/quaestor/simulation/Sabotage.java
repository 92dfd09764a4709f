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
    COUNT_TWICE
}
