package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.model.RepositoryKey;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;

/// Tells all proxies that something of a repository changed, where Praefect's triggers do not: primaries, and jobs that
/// will delete a replica. In the form and on the channel of those triggers, so that a Praefect understands it (DS 1.5).
final class Notices {

    /// The channels of Praefect's triggers (DS 1.5).
    static final String REPOSITORIES = "repositories_updates";

    static final String REPLICAS = "storage_repositories_updates";

    /// A notification may have 7999 bytes (DS 1.5); the rest is for what stands around the paths.
    static final int MOST_BYTES = 7_500;

    /// Two quotation marks, a comma, a space.
    private static final int BYTES_AROUND_PATH = 4;

    private Notices() {}

    /// Sends it with the transaction; nobody hears of it if that is rolled back.
    static void changed(Connection connection, RepositoryKey key) throws SQLException {
        Query.of(
                        connection,
                        """
                        SELECT pg_notify('repositories_updates', jsonb_build_array(jsonb_build_object(
                            'virtual_storage', ?::text, 'relative_paths', jsonb_build_array(?::text)))::text)
                        """,
                        key.virtualStorage(),
                        key.relativePath())
                .run();
    }

    /// No fewer than the bytes that a repository takes in a notification: escaping may make six of one.
    static int bytes(RepositoryKey key) {
        return escaped(key.relativePath()) + escaped(key.virtualStorage().name()) + BYTES_AROUND_PATH;
    }

    private static int escaped(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        int special = (int) text.chars().filter(c -> c < 0x20 || c == '"' || c == '\\').count();
        return bytes + 5 * special;
    }
}
