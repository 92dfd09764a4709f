package io.quaestor.transaction;

/// Why a replica is outdated after a write, or is not. The labels are Praefect's where it has one (RT 4.6).
public enum Cause {
    /// It has the write.
    UPDATED("updated"),

    /// It was outdated or not reached before.
    WAS_OUTDATED("outdated"),

    /// Nobody voted on it.
    NO_VOTES("no-votes"),

    /// It has not confirmed the same changes.
    NOT_COMMITTED("node-not-committed"),

    /// It ended the call in another way.
    ENDED_OTHERWISE("node-error-status"),

    /// It was lost before it could be known what it did.
    VANISHED("node-vanished");

    private final String label;

    Cause(String label) {
        this.label = label;
    }

    /// In metrics and logs.
    public String label() {
        return label;
    }
}
