package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Forgets repositories, with their jobs and intents: a job of a repository that is gone could only fail for ever (DS 13 D3,
/// D28).
final class Removals {

    /// So few that the notification of Praefect's trigger fits, for paths of usual length (DS 11.10).
    private static final int SLICE = 40;

    private static final String LOCK_BY_KEY = """
            SELECT repository_id FROM repositories WHERE virtual_storage = ? AND relative_path = ? FOR UPDATE
            """;

    private static final String FIRST_OF = """
            SELECT repository_id, relative_path
              FROM repositories
             WHERE virtual_storage = ? AND repository_id > ?
             ORDER BY repository_id
             LIMIT ?
               FOR UPDATE
            """;

    /// Jobs in progress too: their workers find that they no longer have them.
    private static final String DELETE_JOBS = """
            WITH gone AS (
                SELECT q.id, q.lock_id
                  FROM unnest(?::text[]) AS path
                  JOIN replication_queue q
                    ON q.job ->> 'virtual_storage' = ?
                   AND q.job ->> 'relative_path' = path
                   AND q.state NOT IN ('completed', 'cancelled', 'dead')
            ), unlocked AS (
                DELETE FROM replication_queue_job_lock j USING gone g WHERE j.job_id = g.id
            ), deleted AS (
                DELETE FROM replication_queue q USING gone g WHERE q.id = g.id
            )
            SELECT DISTINCT lock_id FROM gone WHERE lock_id IS NOT NULL
            """;

    /// Whoever adds a job at this moment holds the row; it stays, since nobody needs it gone.
    private static final String DELETE_LOCKS = """
            DELETE FROM replication_queue_lock l
             USING (SELECT id FROM replication_queue_lock WHERE id = ANY (?::text[]) ORDER BY id FOR UPDATE SKIP LOCKED) free
             WHERE l.id = free.id
               AND NOT EXISTS (SELECT 1 FROM replication_queue_job_lock j WHERE j.lock_id = l.id)
            """;

    private static final String DELETE_REPOSITORIES = "DELETE FROM repositories WHERE repository_id = ANY (?::bigint[])";

    /// What came of records stays for a while, and says nothing of a repository that is gone.
    private static final String DELETE_INTENTS = """
            WITH gone AS (
                SELECT unnest(?::bigint[]) AS repository_id
            ), held AS (
                DELETE FROM quaestor_recoveries h USING gone g WHERE h.repository_id = g.repository_id
            ), turns AS (
                DELETE FROM quaestor_write_turns t USING gone g WHERE t.repository_id = g.repository_id
            )
            DELETE FROM quaestor_write_intents i
             USING gone g
             WHERE i.repository_id = g.repository_id AND i.state IN ('open', 'orphaned')
            """;

    private static final String DELETE_REPLICA = """
            DELETE FROM storage_repositories WHERE repository_id = ? AND storage = ?
            """;

    private final Database database;
    private final PlacementReader reader;
    private final IntentTables tables;

    Removals(Database database, PlacementReader reader, IntentTables tables) {
        this.database = database;
        this.reader = reader;
        this.tables = tables;
    }

    Optional<Placement> remove(RepositoryKey key) throws InterruptedException {
        return database.write("remove " + key, connection -> {
            var id = Query.of(connection, LOCK_BY_KEY, key.virtualStorage(), key.relativePath())
                    .first(row -> row.getLong(1));
            if (id.isEmpty()) {
                return Optional.empty();
            }
            var placement = reader.find(connection, key);
            forget(connection, key.virtualStorage(), List.of(id.get()), List.of(key.relativePath()));
            return placement;
        });
    }

    int removeAll(VirtualStorage virtualStorage) throws InterruptedException {
        int removed = 0;
        long after = 0;
        while (true) {
            long behind = after;
            var slice = database.write(
                    "remove all of " + virtualStorage, connection -> removeSlice(connection, virtualStorage, behind));
            if (slice.isEmpty()) {
                return removed;
            }
            removed += slice.size();
            after = slice.getLast();
        }
    }

    /// @return the numbers of those that were removed, in order
    private List<Long> removeSlice(Connection connection, VirtualStorage virtualStorage, long after)
            throws SQLException {
        var found = Query.of(connection, FIRST_OF, virtualStorage, after, SLICE)
                .list(row -> new Found(row.getLong(1), new RepositoryKey(virtualStorage, row.getString(2))));
        var ids = new ArrayList<Long>();
        var paths = new ArrayList<String>();
        int bytes = 0;
        for (var repository : found) {
            bytes += Notices.bytes(repository.key);
            if (!ids.isEmpty() && bytes > Notices.MOST_BYTES) {
                break;
            }
            ids.add(repository.id);
            paths.add(repository.key.relativePath());
        }
        if (!ids.isEmpty()) {
            forget(connection, virtualStorage, ids, paths);
        }
        return ids;
    }

    private record Found(long id, RepositoryKey key) {}

    void removeReplica(RepositoryId repository, StorageName storage) throws InterruptedException {
        database.write("remove a replica of repository " + repository, connection -> {
            Query.of(connection, PostgresRepositories.LOCK, repository).run();
            return Query.of(connection, DELETE_REPLICA, repository, storage).update();
        });
    }

    void removeInvalidReplica(RepositoryId repository, StorageName storage) throws InterruptedException {
        database.write("remove an invalid replica of repository " + repository, connection -> {
            var key = Query.of(connection, PostgresRepositories.LOCK, repository)
                    .first(row -> new RepositoryKey(new VirtualStorage(row.getString(1)), row.getString(2)));
            int deleted = Query.of(connection, DELETE_REPLICA, repository, storage).update();
            boolean others = Query.of(
                            connection, "SELECT 1 FROM storage_repositories WHERE repository_id = ? LIMIT 1", repository)
                    .any();
            if (key.isPresent() && deleted > 0 && !others) {
                forget(
                        connection,
                        key.get().virtualStorage(),
                        List.of(repository.value()),
                        List.of(key.get().relativePath()));
            }
            return deleted;
        });
    }

    private void forget(
            Connection connection, VirtualStorage virtualStorage, List<Long> ids, List<String> paths)
            throws SQLException {
        var locks = Query.of(connection, DELETE_JOBS, paths, virtualStorage).list(row -> row.getString(1));
        if (!locks.isEmpty()) {
            Query.of(connection, DELETE_LOCKS, locks).update();
        }
        if (tables.usable()) {
            Query.of(connection, DELETE_INTENTS, ids).update();
        }
        Query.of(connection, DELETE_REPOSITORIES, ids).update();
    }
}
