package io.quaestor.coordinator;

/// What a client is told when the proxy itself ends its call.
///
/// @param code whether trying again helps, and whose fault it is
/// @param text facts in lower case
public record Failure(StatusCode code, String text) {

    /// The same with what was being done before its text.
    Failure after(String prefix) {
        return new Failure(code, prefix + text);
    }
}
