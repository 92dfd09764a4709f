package io.quaestor.sandbox.smarthttp;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// The name of a repository in an address: one or more segments, without a leading slash and without `.git`.
///
/// @param value for example `group/project`
public record RepositoryName(String value) {

    private static final String SUFFIX = ".git";

    /// Longest name of a file on common file systems, in bytes.
    private static final int SEGMENT_LIMIT = 255;

    private static final int LIMIT = 1024;

    public RepositoryName {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("the name of the repository is missing");
        }
        if (value.length() > LIMIT) {
            throw new IllegalArgumentException("the name is longer than " + LIMIT + " characters");
        }
        for (var segment : List.of(value.split("/", -1))) {
            check(segment);
        }
    }

    /// Reads the path of an address, decoded, with or without a slash before and `.git` behind it.
    ///
    /// @throws IllegalArgumentException with the reason, if it is no name
    public static RepositoryName parse(String path) {
        var name = path.startsWith("/") ? path.substring(1) : path;
        return new RepositoryName(
                name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name);
    }

    /// Where the repository lies in its virtual storage.
    public String relativePath() {
        return value + SUFFIX;
    }

    private static void check(String segment) {
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            throw new IllegalArgumentException("empty segments, . and .. are not allowed in a name");
        }
        if (segment.chars().anyMatch(c -> c < ' ' || c == 127 || c == '\\')) {
            throw new IllegalArgumentException("control characters and backslashes are not allowed in a name");
        }
        if (segment.startsWith("@") || segment.startsWith("+") || segment.startsWith("-")) {
            throw new IllegalArgumentException("segments that begin with @, + or - are reserved");
        }
        if (segment.endsWith(SUFFIX)) {
            throw new IllegalArgumentException("a repository cannot lie inside of another one");
        }
        if (segment.getBytes(StandardCharsets.UTF_8).length + SUFFIX.length() > SEGMENT_LIMIT) {
            throw new IllegalArgumentException("a segment of the name is too long");
        }
    }
}
