package io.quaestor.simulation.proxy;

/// Where a proxy may die or be paused in the middle of its work: every step of a write, and of what follows from it.
public enum Point {
    CALL_TAKEN,
    CALLS_OPENED,
    VOTE_TAKEN,
    PERMISSION_GIVEN,
    NODE_ENDED,
    ALL_ENDED,
    BEFORE_ANSWER,
    BEFORE_INTENT,
    AFTER_INTENT,
    BEFORE_RECORD,
    AFTER_RECORD,
    BEFORE_ELECTION,
    AFTER_ELECTION,
    BEFORE_COPY_RECORD,
    AFTER_COPY_RECORD,
    AFTER_HOLD,
    BEFORE_SETTLEMENT,
    AFTER_SETTLEMENT,
    BEFORE_RELEASE,
    BEFORE_WITHDRAWAL,
    BEFORE_RENEWAL,
    AFTER_JOIN
}
