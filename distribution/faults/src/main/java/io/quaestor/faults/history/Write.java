package io.quaestor.faults.history;

/// A write that replaces one value by another, if that is still the present one.
///
/// @param id       of the operation; it stands in the commit's message, so that no two operations write one value
/// @param expected the value that it replaces
/// @param value    the commit
public record Write(
        String id,
        Register register,
        String proxy,
        String expected,
        String value,
        long invoked,
        long returned,
        Outcome outcome)
        implements Operation {

    @Override
    public String toString() {
        return "%s %s by %s".formatted(id, outcome, proxy);
    }
}
