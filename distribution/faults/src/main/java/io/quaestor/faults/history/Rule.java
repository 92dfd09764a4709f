package io.quaestor.faults.history;

/// What every history keeps, whatever fails.
public enum Rule {
    /// After convergence, every replica has the same value.
    REPLICAS_AGREE,
    /// Only values that somebody wrote are ever there.
    NO_FOREIGN_VALUE,
    /// A write that was answered with OK is part of what there is at the end.
    NO_LOST_WRITE,
    /// No value is replaced twice.
    ONE_SUCCESSOR,
    /// A write that was reported as rejected was not done.
    REJECTED_IS_NOT_DONE,
    /// A value that was seen is part of what there is at the end: nothing is taken back.
    NOTHING_VANISHES,
    /// A write is not seen, and nothing follows it, before it was begun.
    NOT_BEFORE_ITS_TIME,
    /// A read sees what the same proxy has answered before it.
    NO_STALE_READ,
    /// A read sees what another proxy has answered some time before it.
    NO_OLD_READ
}
