package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.ReplicationJob;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;

/// Keeps jobs and gives them back. A job is known by its number and by when it was taken, so that who lost it to somebody
/// else can neither keep nor end it (DS 13 D15).
final class JobEnding {

    private static final String KEEP = """
            UPDATE replication_queue_job_lock j
               SET triggered_at = timezone('UTC', clock_timestamp())
              FROM unnest(?::bigint[], ?::text[]) AS mine (id, taken_at)
              JOIN replication_queue q ON q.id = mine.id AND q.updated_at = mine.taken_at::timestamp
             WHERE j.job_id = q.id
               AND q.state = 'in_progress'
            """;

    /// A write that is being recorded relies on a job that waits; whether it does is known when it is committed. Locked
    /// before everything else, as everybody does.
    private static final String AWAIT_WRITES = """
            SELECT 1 FROM repositories WHERE virtual_storage = ? AND relative_path = ? FOR SHARE
            """;

    private static final String OWN = """
            SELECT attempt
              FROM replication_queue
             WHERE id = ? AND state = 'in_progress' AND updated_at = ?
               FOR UPDATE
            """;

    /// What was announced before the job was taken was copied with it; what came later may not have been (DS 3.5). While
    /// the target is outdated there was a write since, which added no job beside one that waited: that one must stay.
    private static final String DELETE_WITH_EQUALS = """
            DELETE FROM replication_queue q
             USING replication_queue done
             WHERE done.id = ?
               AND (q.id = done.id
                    OR (q.state IN ('ready', 'failed')
                        AND q.state NOT IN ('completed', 'cancelled', 'dead')
                        AND q.job ->> 'virtual_storage' = done.job ->> 'virtual_storage'
                        AND q.job ->> 'relative_path' = done.job ->> 'relative_path'
                        AND q.job ->> 'target_node_storage' = done.job ->> 'target_node_storage'
                        AND q.job ->> 'change' = done.job ->> 'change'
                        AND coalesce(q.job ->> 'source_node_storage', '') = coalesce(done.job ->> 'source_node_storage', '')
                        AND q.created_at < done.updated_at
                        AND (q.job ->> 'change' <> 'update'
                             OR NOT EXISTS (
                                 SELECT 1
                                   FROM repositories r
                                   LEFT JOIN storage_repositories s
                                     ON s.repository_id = r.repository_id
                                    AND s.storage = q.job ->> 'target_node_storage'
                                  WHERE r.virtual_storage = q.job ->> 'virtual_storage'
                                    AND r.relative_path = q.job ->> 'relative_path'
                                    AND s.generation IS DISTINCT FROM r.generation))))
            """;

    /// A write that had reached the target, and did not know that it was outdated, added no job for it.
    private static final String ALONE_WITH_AN_OUTDATED_TARGET = """
            SELECT 1
              FROM replication_queue done
              JOIN repositories r
                ON r.virtual_storage = done.job ->> 'virtual_storage'
               AND r.relative_path = done.job ->> 'relative_path'
              LEFT JOIN storage_repositories s
                ON s.repository_id = r.repository_id
               AND s.storage = done.job ->> 'target_node_storage'
             WHERE done.id = ?
               AND s.generation IS DISTINCT FROM r.generation
               AND NOT EXISTS (
                       SELECT 1
                         FROM replication_queue waiting
                        WHERE waiting.state = 'ready'
                          AND waiting.state NOT IN ('completed', 'cancelled', 'dead')
                          AND waiting.job ->> 'virtual_storage' = done.job ->> 'virtual_storage'
                          AND waiting.job ->> 'relative_path' = done.job ->> 'relative_path'
                          AND waiting.job ->> 'target_node_storage' = done.job ->> 'target_node_storage'
                          AND waiting.job ->> 'change' = done.job ->> 'change')
            """;

    private static final String DELETE = "DELETE FROM replication_queue WHERE id = ?";

    private static final String FAIL = """
            UPDATE replication_queue SET state = 'failed', updated_at = timezone('UTC', clock_timestamp()) WHERE id = ?
            """;

    private static final String HAND_BACK = """
            UPDATE replication_queue
               SET state = 'ready',
                   updated_at = NULL,
                   attempt = CASE WHEN job ->> 'change' = 'delete_replica' THEN attempt ELSE attempt + 1 END
             WHERE id = ?
            """;

    /// Evaluated while the row of the lock is held, so that it can neither leak nor be freed too early (DS 13 D8).
    static final String FREE = """
            UPDATE replication_queue_lock l
               SET acquired = false
             WHERE l.id = ANY (?::text[])
               AND l.acquired
               AND NOT EXISTS (SELECT 1 FROM replication_queue_job_lock j WHERE j.lock_id = l.id)
            """;

    private final Database database;

    JobEnding(Database database) {
        this.database = database;
    }

    void keep(Collection<ReplicationJob> jobs) throws InterruptedException {
        if (jobs.isEmpty()) {
            return;
        }
        var ids = jobs.stream().map(ReplicationJob::id).toList();
        var times = jobs.stream().map(job -> JobRows.utc(job.takenAt()).toString()).toList();
        database.write("keep jobs", connection -> Query.of(connection, KEEP, ids, times).update());
    }

    void end(ReplicationJob job, JobOutcome outcome) throws InterruptedException {
        database.write("end job " + job.id(), connection -> {
            end(connection, job, outcome);
            return true;
        });
    }

    private static void end(Connection connection, ReplicationJob job, JobOutcome outcome) throws SQLException {
        if (outcome == JobOutcome.COMPLETED) {
            var key = job.job().key();
            Query.of(connection, AWAIT_WRITES, key.virtualStorage(), key.relativePath()).run();
        }
        var lock = JobRows.lock(job.job());
        Query.of(connection, "SELECT id FROM replication_queue_lock WHERE id = ? FOR UPDATE", lock).run();
        var attempt = Query.of(connection, OWN, job.id(), JobRows.utc(job.takenAt())).first(row -> row.getInt(1));
        if (attempt.isEmpty()) {
            return;
        }
        Query.of(connection, "DELETE FROM replication_queue_job_lock WHERE job_id = ?", job.id()).update();
        boolean deletion = job.job().change() == JobChange.DELETE_REPLICA;
        var statement = switch (outcome) {
            case COMPLETED -> !deletion && isStillNeeded(connection, job) ? HAND_BACK : DELETE_WITH_EQUALS;
            case DROPPED -> DELETE;
            case HANDED_BACK -> HAND_BACK;
            case FAILED -> attempt.get() > 0 || deletion ? FAIL : DELETE;
        };
        Query.of(connection, statement, job.id()).update();
        Query.of(connection, FREE, java.util.List.of(lock)).update();
        if (deletion && (outcome == JobOutcome.COMPLETED || outcome == JobOutcome.DROPPED)) {
            Notices.changed(connection, job.job().key());
        }
    }

    private static boolean isStillNeeded(Connection connection, ReplicationJob job) throws SQLException {
        return Query.of(connection, ALONE_WITH_AN_OUTDATED_TARGET, job.id()).any();
    }
}
