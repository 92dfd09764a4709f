package io.quaestor.coordinator;

import java.nio.charset.StandardCharsets;

/// How much of a notification the path of a repository takes. PostgreSQL takes at most 7,999 bytes in one, and fails the
/// commit above that (DS 1.5).
final class NotifiedPath {

    /// Of all paths in one notification.
    static final int MOST_BYTES = 7_400;

    /// Longer than any path of GitLab's, and with room beside it.
    static final int MOST_BYTES_OF_ONE = 4_096;

    private NotifiedPath() {}

    /// At the most, as JSON in UTF-8.
    static int bytes(String path) {
        long escapes = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c < ' ') {
                escapes += "u0000".length();
            } else if (c == '"' || c == '\\') {
                escapes++;
            }
        }
        return Math.toIntExact(path.getBytes(StandardCharsets.UTF_8).length + escapes);
    }
}
