package io.quaestor.faults.history;

/// A read that was answered.
///
/// @param value what was seen; [#ABSENT] if the reference was not there
public record Read(Register register, String proxy, String value, long invoked, long returned) implements Operation {

    /// The value of a reference that does not exist.
    public static final String ABSENT = "";

    @Override
    public String toString() {
        return "read by " + proxy;
    }
}
