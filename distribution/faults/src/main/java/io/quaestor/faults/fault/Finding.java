package io.quaestor.faults.fault;

/// Something that should not be.
///
/// @param promise the rule or the promise that was broken
public record Finding(String promise, String explanation) {

    @Override
    public String toString() {
        return promise + " " + explanation;
    }
}
