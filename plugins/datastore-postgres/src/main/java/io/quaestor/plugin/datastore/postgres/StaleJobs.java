package io.quaestor.plugin.datastore.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/// Frees what dead workers hold, and what a fault of an earlier release left behind (DS 3.7, DS 13 D8, D26).
final class StaleJobs {

    /// A choice: keeps transactions, and what waits for them, short.
    private static final int SLICE = 500;

    /// An end to a sweep that others keep feeding; the next one comes soon.
    private static final int MOST_SLICES = 200;

    /// Jobs without a worker that lives: their heartbeat is old, or there is none at all.
    private static final String STALE = """
            SELECT q.lock_id
              FROM replication_queue_job_lock j
              JOIN replication_queue q ON q.id = j.job_id
             WHERE j.triggered_at < timezone('UTC', clock_timestamp()) - ? * interval '1 millisecond'
            UNION
            SELECT q.lock_id
              FROM replication_queue q
             WHERE q.state = 'in_progress'
               AND NOT EXISTS (SELECT 1 FROM replication_queue_job_lock j WHERE j.job_id = q.id)
            UNION
            SELECT l.id
              FROM replication_queue_lock l
             WHERE l.acquired
               AND NOT EXISTS (SELECT 1 FROM replication_queue_job_lock j WHERE j.lock_id = l.id)
             LIMIT ?
            """;

    private static final String LOCK = """
            SELECT id FROM replication_queue_lock WHERE id = ANY (?::text[]) ORDER BY id FOR UPDATE SKIP LOCKED
            """;

    /// Looks again, now that nobody else can change it. A deletion is never forgotten (DS 3.2). A job has rested since its
    /// worker's last sign of life.
    private static final String RELEASE = """
            WITH stale AS (
                SELECT q.id, coalesce(j.triggered_at, q.updated_at) AS seen, q.attempt > 0 OR q.job ->> 'change' = 'delete_replica' AS again
                  FROM replication_queue q
                  LEFT JOIN replication_queue_job_lock j ON j.job_id = q.id
                 WHERE q.lock_id = ANY (?::text[])
                   AND q.state = 'in_progress'
                   AND (j.job_id IS NULL
                        OR j.triggered_at < timezone('UTC', clock_timestamp()) - ? * interval '1 millisecond')
                   FOR UPDATE OF q
            ), unlocked AS (
                DELETE FROM replication_queue_job_lock j USING stale s WHERE j.job_id = s.id
            ), failed AS (
                UPDATE replication_queue q SET state = 'failed', updated_at = s.seen FROM stale s WHERE q.id = s.id AND s.again
            ), forgotten AS (
                DELETE FROM replication_queue q USING stale s WHERE q.id = s.id AND NOT s.again
            )
            SELECT count(*) FROM stale
            """;

    private final Database database;

    StaleJobs(Database database) {
        this.database = database;
    }

    int release(Duration silentFor) throws InterruptedException {
        int released = 0;
        for (int slice = 0; slice < MOST_SLICES; slice++) {
            var count = database.write("free stale jobs", connection -> releaseSlice(connection, silentFor));
            released += count.jobs;
            if (count.locks == 0 || count.jobs < SLICE) {
                break;
            }
        }
        return released;
    }

    private record Count(int locks, int jobs) {}

    private static Count releaseSlice(Connection connection, Duration silentFor) throws SQLException {
        double millis = silentFor.toMillis();
        List<String> stale = Query.of(connection, STALE, millis, SLICE).list(row -> row.getString(1));
        if (stale.isEmpty()) {
            return new Count(0, 0);
        }
        var locked = Query.of(connection, LOCK, stale).list(row -> row.getString(1));
        if (locked.isEmpty()) {
            return new Count(0, 0);
        }
        int jobs = Query.of(connection, RELEASE, locked, millis).first(row -> row.getInt(1)).orElse(0);
        Query.of(connection, JobEnding.FREE, locked).update();
        return new Count(locked.size(), jobs);
    }
}
