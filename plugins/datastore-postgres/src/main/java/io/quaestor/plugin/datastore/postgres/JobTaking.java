package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.datastore.ReplicationJob;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Takes jobs row by row: looks at the oldest few, locks their locks without waiting, and takes what is still free. Two
/// workers of one target get different jobs, and nobody's writes wait (DS 9.5, 1).
final class JobTaking {

    /// How many more jobs are looked at than are wanted: some belong to the same repository, some are taken meanwhile.
    private static final int LOOK_AHEAD = 4;

    /// A job that failed rests, so that a few that never succeed do not starve the others (DS 13 D4). A lock that is
    /// missing was removed by a Praefect that tidied up at the wrong moment (D19 2.12).
    private static final String WAITING = """
            SELECT q.id, q.lock_id, l.id IS NULL AS unlocked, q.attempt <= 0 AND q.job ->> 'change' <> 'delete_replica' AS dead
              FROM replication_queue q
              LEFT JOIN replication_queue_lock l ON l.id = q.lock_id
             WHERE q.job ->> 'virtual_storage' = ?
               AND q.job ->> 'target_node_storage' = ?
               AND q.state IN ('ready', 'failed')
               AND (q.state = 'ready'
                    OR q.updated_at IS NULL
                    OR q.updated_at <= timezone('UTC', clock_timestamp()) - ? * interval '1 millisecond')
               AND q.lock_id IS NOT NULL
               AND l.acquired IS NOT TRUE
             ORDER BY q.created_at, q.id
             LIMIT ?
            """;

    private static final String RESTORE_LOCKS = """
            INSERT INTO replication_queue_lock (id) SELECT DISTINCT missing FROM unnest(?::text[]) AS missing ORDER BY missing
            ON CONFLICT (id) DO NOTHING
            """;

    /// Nobody takes what has no attempt left, and as long as it is there, no other job is added in its place (DS 13 D26).
    private static final String FORGET = """
            DELETE FROM replication_queue WHERE id = ANY (?::bigint[]) AND state IN ('ready', 'failed') AND attempt <= 0
            """;

    private static final String LOCK = """
            SELECT l.id
              FROM unnest(?::text[]) WITH ORDINALITY AS wanted (id, place)
              JOIN replication_queue_lock l ON l.id = wanted.id
             WHERE NOT l.acquired
             ORDER BY wanted.place
             LIMIT ?
               FOR UPDATE OF l SKIP LOCKED
            """;

    /// Sees what was committed until the locks were obtained.
    private static final String TAKE = """
            WITH q AS (
                UPDATE replication_queue q
                   SET state = 'in_progress',
                       attempt = CASE WHEN q.job ->> 'change' = 'delete_replica' THEN q.attempt ELSE q.attempt - 1 END,
                       updated_at = timezone('UTC', clock_timestamp())
                 WHERE q.id = ANY (?::bigint[])
                   AND q.state IN ('ready', 'failed')
                   AND NOT EXISTS (SELECT 1 FROM replication_queue_job_lock j WHERE j.lock_id = q.lock_id)
                RETURNING q.*
            ), held AS (
                INSERT INTO replication_queue_job_lock (job_id, lock_id, triggered_at) SELECT id, lock_id, updated_at FROM q
            ), acquired AS (
                UPDATE replication_queue_lock l SET acquired = true FROM q WHERE l.id = q.lock_id
            )
            SELECT %s FROM q ORDER BY q.created_at, q.id
            """.formatted(JobRows.COLUMNS);

    private final Database database;

    JobTaking(Database database) {
        this.database = database;
    }

    private record Waiting(long id, String lock, boolean unlocked, boolean dead) {}

    List<ReplicationJob> take(JobRequest request) throws InterruptedException {
        return database.write("take jobs for " + request.target(), connection -> {
            var waiting = waiting(connection, request);
            return waiting.isEmpty() ? List.of() : take(connection, waiting, request.count());
        });
    }

    private static List<Waiting> waiting(Connection connection, JobRequest request) throws SQLException {
        return Query.of(
                        connection,
                        WAITING,
                        request.target().virtualStorage(),
                        request.target().storage(),
                        (double) request.retryAfter().toMillis(),
                        Math.multiplyExact(request.count(), LOOK_AHEAD))
                .list(row -> new Waiting(row.getLong(1), row.getString(2), row.getBoolean(3), row.getBoolean(4)));
    }

    private static List<ReplicationJob> take(Connection connection, List<Waiting> waiting, int count)
            throws SQLException {
        var dead = waiting.stream().filter(Waiting::dead).map(Waiting::id).toList();
        if (!dead.isEmpty()) {
            Query.of(connection, FORGET, dead).update();
        }
        var oldest = new LinkedHashMap<String, Long>();
        waiting.stream().filter(job -> !job.dead).forEach(job -> oldest.putIfAbsent(job.lock, job.id));
        var unlocked = waiting.stream().filter(Waiting::unlocked).map(Waiting::lock).toList();
        if (!unlocked.isEmpty()) {
            Query.of(connection, RESTORE_LOCKS, unlocked).update();
        }
        var locked = Query.of(connection, LOCK, new ArrayList<>(oldest.keySet()), count).list(row -> row.getString(1));
        if (locked.isEmpty()) {
            return List.of();
        }
        return Query.of(connection, TAKE, locked.stream().map(oldest::get).toList()).list(JobRows::job);
    }
}
