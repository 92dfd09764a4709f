package io.quaestor.faults.history;

/// What the writer was told.
public enum Outcome {
    /// It is done.
    OK,
    /// It was refused: it must never have been done.
    REJECTED,
    /// Neither: the connection broke, time ran out, or the answer leaves it open. It may be done, now or later, or never.
    UNKNOWN
}
