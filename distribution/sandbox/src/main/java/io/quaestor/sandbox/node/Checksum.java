package io.quaestor.sandbox.node;

import java.math.BigInteger;
import java.util.regex.Pattern;

/// The checksum of a repository's references as Gitaly computes it: the exclusive or of the SHA-1 of each line
/// `<object id> <reference>`, in hex. Forty zeros for a repository without references.
///
/// Only references that a user can see count: HEAD, branches, tags and GitLab's own kinds.
final class Checksum {

    static final String EMPTY = "0".repeat(40);

    private static final Pattern COUNTED =
            Pattern.compile("HEAD|refs/(heads|tags|keep-around|merge-requests|environments|notes)/.*");

    private Checksum() {}

    /// @param lines the output of `git show-ref --head`, one character per byte
    static String of(String lines) {
        var sum = new byte[20];
        lines.lines().filter(Checksum::counts).forEach(line -> {
            var digest = Sha1.of(line);
            for (int i = 0; i < sum.length; i++) {
                sum[i] ^= digest[i];
            }
        });
        return String.format("%040x", new BigInteger(1, sum));
    }

    private static boolean counts(String line) {
        return COUNTED.matcher(line.substring(line.indexOf(' ') + 1)).matches();
    }
}
