package io.quaestor.faults.history;

/// A rule that was broken.
///
/// @param explanation with the operations that prove it
public record Violation(Rule rule, Register register, String explanation) {

    @Override
    public String toString() {
        return rule + " " + register + ": " + explanation;
    }
}
