package io.quaestor.coordinator;

import java.nio.charset.StandardCharsets;

/// What a client is told when the proxy itself ends its call.
///
/// @param code whether trying again helps, and whose fault it is
/// @param text facts in lower case; cut where it would be too long for trailers, since it may carry what a client has sent
public record Failure(StatusCode code, String text) {

    /// As `grpc-message` has it, where all but printable ASCII takes three bytes for one. Clients take 8 KiB of trailers.
    private static final int MOST_BYTES = 4_096;

    public Failure {
        text = cut(text);
    }

    private static String cut(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            bytes += c >= ' ' && c < 0x7f && c != '%' ? 1 : 3 * Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MOST_BYTES) {
                return text.substring(0, i) + " …";
            }
            i += Character.charCount(c);
        }
        return text;
    }

    /// The same with what was being done before its text.
    Failure after(String prefix) {
        return new Failure(code, prefix + text);
    }
}
