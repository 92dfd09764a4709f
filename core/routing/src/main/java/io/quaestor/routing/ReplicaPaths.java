package io.quaestor.routing;

import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Where the replicas of a new repository lie: by its number, so that a repository may be renamed and created again
/// without its files being in the way (RT 3.3).
public final class ReplicaPaths {

    /// How Rails names object pools (RT 1.11).
    private static final Pattern RAILS_POOL = Pattern.compile("@pools/([0-9a-f]{2})/([0-9a-f]{2})/([0-9a-f]{64})\\.git\\z");

    private ReplicaPaths() {}

    /// The path for a new repository.
    public static ReplicaPath of(RepositoryId id, String relativePath) {
        String digest = sha256(id.toString());
        String kind = isPool(relativePath) ? "pools" : "repositories";
        return new ReplicaPath(
                "@cluster/" + kind + "/" + digest.substring(0, 2) + "/" + digest.substring(2, 4) + "/" + id);
    }

    /// Whether clients name an object pool by this path.
    public static boolean isPool(String relativePath) {
        var matcher = RAILS_POOL.matcher(relativePath);
        return matcher.find() && matcher.group(3).startsWith(matcher.group(1) + matcher.group(2));
    }

    private static String sha256(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
