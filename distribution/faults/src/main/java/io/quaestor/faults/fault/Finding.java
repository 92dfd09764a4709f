package io.quaestor.faults.fault;

import java.util.Set;

/// Something that should not be.
///
/// @param promise the rule or the promise that was broken
public record Finding(String promise, String explanation) {

    private static final Set<String> OF_TIME = Set.of("READABLE", "WRITABLE", "SECONDARY_NOT_FELT", "NO_OLD_READ");

    /// Whether it says no more than that something took too long, which a machine that has other things to do may be the
    /// reason for.
    public boolean isOfTime() {
        return OF_TIME.contains(promise);
    }

    @Override
    public String toString() {
        return promise + " " + explanation;
    }
}
