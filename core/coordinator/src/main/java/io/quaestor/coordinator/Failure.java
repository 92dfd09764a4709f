package io.quaestor.coordinator;

/// What a client is told when the proxy itself ends its call.
///
/// @param code whether trying again helps, and whose fault it is
/// @param text facts in lower case; what is too long for trailers is cut, since it may carry what a client has sent
public record Failure(StatusCode code, String text) {

    private static final int LONGEST_TEXT = 2_000;

    public Failure {
        if (text.length() > LONGEST_TEXT) {
            text = text.substring(0, LONGEST_TEXT) + " …";
        }
    }

    /// The same with what was being done before its text.
    Failure after(String prefix) {
        return new Failure(code, prefix + text);
    }
}
