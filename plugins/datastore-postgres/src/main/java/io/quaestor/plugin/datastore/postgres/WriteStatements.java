package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.WriteRecord.Creation;
import io.quaestor.spi.datastore.WriteRecord.Update;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The statements that record a group of writes in the transaction of the caller: a constant number for all updates, two
/// for each creation.
final class WriteStatements {

    /// Everybody waits for it who changes a repository, but not who opens an intent for the next write.
    private static final String LOCK = """
            SELECT repository_id
              FROM repositories
             WHERE repository_id = ANY (?::bigint[])
             ORDER BY repository_id
               FOR NO KEY UPDATE
            """;

    /// Sees what was committed until the locks were obtained: who fell behind meanwhile stays behind (DS 2.3.3).
    private static final String RAISE = """
            WITH raised AS (
                UPDATE storage_repositories s
                   SET generation = s.generation + 1
                  FROM unnest(?::bigint[], ?::text[]) AS written (repository_id, storage)
                  JOIN repositories r ON r.repository_id = written.repository_id
                 WHERE s.repository_id = written.repository_id
                   AND s.storage = written.storage
                   AND s.generation = r.generation
                RETURNING s.repository_id
            )
            UPDATE repositories r
               SET generation = r.generation + 1
             WHERE r.repository_id IN (SELECT repository_id FROM raised)
            RETURNING r.repository_id, r.generation
            """;

    private static final String CREATE = """
            INSERT INTO repositories (repository_id, virtual_storage, relative_path, replica_path, generation, "primary")
            VALUES (?, ?, ?, ?, 0, ?)
            ON CONFLICT DO NOTHING
            """;

    private static final String CREATE_REPLICAS = """
            WITH assigned AS (
                INSERT INTO repository_assignments (repository_id, virtual_storage, relative_path, storage)
                SELECT r.repository_id, r.virtual_storage, r.relative_path, storage
                  FROM repositories r, unnest(?::text[]) AS storage
                 WHERE r.repository_id = ?
            )
            INSERT INTO storage_repositories (repository_id, virtual_storage, relative_path, storage, generation)
            SELECT r.repository_id, r.virtual_storage, r.relative_path, storage, 0
              FROM repositories r, unnest(?::text[]) AS storage
             WHERE r.repository_id = ?
            """;

    /// A creation that was in doubt is confirmed by recording it once more, as long as nothing happened to it since.
    private static final String SAME = """
            SELECT 1
              FROM repositories r
             WHERE r.repository_id = ? AND r.virtual_storage = ? AND r.relative_path = ? AND r.generation = 0
               AND ARRAY(SELECT s.storage
                           FROM storage_repositories s
                          WHERE s.repository_id = r.repository_id
                          ORDER BY s.storage COLLATE "C") = ?::text[]
            """;

    private WriteStatements() {}

    /// @return the numbers of those that are there
    static Set<Long> lock(Connection connection, List<Update> updates) throws SQLException {
        var ids = updates.stream().map(update -> update.id().value()).toList();
        return ids.isEmpty() ? Set.of() : Set.copyOf(Query.of(connection, LOCK, ids).list(row -> row.getLong(1)));
    }

    /// Counts a write to each of those repositories that has an up-to-date replica among those storages; one storage for
    /// each number.
    ///
    /// @return their new generations
    static Map<Long, Generation> raise(Connection connection, List<Long> repositories, List<String> storages)
            throws SQLException {
        if (repositories.isEmpty()) {
            return Map.of();
        }
        return Query.of(connection, RAISE, repositories, storages)
                .list(row -> Map.entry(row.getLong(1), new Generation(row.getLong(2))))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    static boolean isKnown(Connection connection, Creation creation) throws SQLException {
        return Query.of(connection, "SELECT 1 FROM repositories WHERE repository_id = ?", creation.id())
                .any();
    }

    static boolean isTaken(Connection connection, RepositoryKey key) throws SQLException {
        return Query.of(
                        connection,
                        "SELECT 1 FROM repositories WHERE virtual_storage = ? AND relative_path = ?",
                        key.virtualStorage(),
                        key.relativePath())
                .any();
    }

    static WriteResult create(Connection connection, Creation creation) throws SQLException {
        int created = Query.of(
                        connection,
                        CREATE,
                        creation.id(),
                        creation.key().virtualStorage(),
                        creation.key().relativePath(),
                        creation.path().value(),
                        creation.primary())
                .update();
        var holders = new TreeSet<>(creation.upToDate()).stream().map(StorageName::value).toList();
        if (created == 0) {
            boolean same = Query.of(
                            connection,
                            SAME,
                            creation.id(),
                            creation.key().virtualStorage(),
                            creation.key().relativePath(),
                            holders)
                    .any();
            return same ? new WriteResult.Recorded(new Generation(0)) : new WriteResult.Exists();
        }
        var assigned = new TreeSet<StorageName>();
        if (creation.assign()) {
            assigned.addAll(creation.upToDate());
            assigned.addAll(creation.outdated());
            assigned.add(creation.primary());
        }
        Query.of(
                        connection,
                        CREATE_REPLICAS,
                        assigned.stream().map(StorageName::value).toList(),
                        creation.id(),
                        holders,
                        creation.id())
                .update();
        return new WriteResult.Recorded(new Generation(0));
    }
}
