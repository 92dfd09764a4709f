package io.quaestor.sandbox.node;

import com.google.protobuf.ByteString;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.List;

/// References that a request does not want to see. Git learned `--exclude` for this only in 2.42, so names and leading
/// folders are compared here; a pattern with wildcards is refused rather than misunderstood.
///
/// @param prefixes full names or folders, without a slash at the end
record Exclusions(List<String> prefixes) {

    static Exclusions of(List<ByteString> patterns) throws StatusException {
        var prefixes = new ArrayList<String>();
        for (var pattern : patterns) {
            var text = Repositories.text(pattern);
            if (text.chars().anyMatch(c -> "*?[\\".indexOf(c) >= 0)) {
                throw Repositories.invalid("exclude patterns with wildcards are not supported");
            }
            prefixes.add(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        }
        return new Exclusions(List.copyOf(prefixes));
    }

    boolean contains(String reference) {
        return prefixes.stream().anyMatch(p -> reference.equals(p) || reference.startsWith(p + "/"));
    }
}
