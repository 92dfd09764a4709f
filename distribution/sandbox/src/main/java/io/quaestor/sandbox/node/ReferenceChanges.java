package io.quaestor.sandbox.node;

import com.google.protobuf.ByteString;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.util.Optional;
import java.util.regex.Pattern;

/// What git tells the hook of a reference transaction: lines `<old> <new> <reference>`, where zeros as the old value
/// mean that it does not matter.
final class ReferenceChanges {

    private static final Pattern FORCED_DELETION = Pattern.compile("(0+) \\1 .*");

    private ReferenceChanges() {}

    /// The hash to vote on, over every byte.
    ///
    /// @return empty if only deletions are forced. Git makes such transactions to clean up packed references, so
    ///         whether there is one depends on how a node has packed (RT 4.5)
    static Optional<ByteString> vote(InputStream changes) throws IOException {
        var digest = Sha1.digest();
        boolean onlyForcedDeletions = true;
        var lines = new BufferedReader(
                new InputStreamReader(new DigestInputStream(changes, digest), StandardCharsets.ISO_8859_1));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            onlyForcedDeletions &= FORCED_DELETION.matcher(line).matches();
        }
        return onlyForcedDeletions ? Optional.empty() : Optional.of(ByteString.copyFrom(digest.digest()));
    }
}
