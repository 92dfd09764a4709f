package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// How a job stands in the queue that is shared with Praefects: JSON, names of locks, times in UTC (DS 3.1).
final class JobRows {

    /// Columns that [#job] reads. A Praefect leaves keys out or sets them to null.
    static final String COLUMNS = """
            q.id, q.attempt, q.created_at, q.updated_at,
            q.job ->> 'virtual_storage' AS virtual_storage,
            q.job ->> 'relative_path' AS relative_path,
            q.job ->> 'target_node_storage' AS target,
            q.job ->> 'source_node_storage' AS source,
            q.job ->> 'change' AS change,
            q.job ->> 'repository_id' AS repository_id,
            q.meta ->> 'correlation_id' AS correlation_id
            """;

    /// The row of a lock stays where it is if somebody holds it, so nobody who records a write waits for a worker.
    private static final String INSERT = """
            WITH wanted AS (
                SELECT *
                  FROM unnest(?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                       WITH ORDINALITY AS w (lock_id, repository_id, virtual_storage, relative_path, change, source, target,
                                             correlation_id, place)
            ), locks AS (
                INSERT INTO replication_queue_lock (id) SELECT DISTINCT lock_id FROM wanted ORDER BY lock_id
                ON CONFLICT (id) DO NOTHING
            )
            INSERT INTO replication_queue AS q (lock_id, created_at, job, meta)
            SELECT w.lock_id,
                   timezone('UTC', clock_timestamp()),
                   jsonb_build_object(
                       'repository_id', w.repository_id,
                       'replica_path', '',
                       'change', w.change,
                       'relative_path', w.relative_path,
                       'virtual_storage', w.virtual_storage,
                       'source_node_storage', nullif(w.source, ''),
                       'target_node_storage', w.target,
                       'params', NULL),
                   jsonb_build_object('correlation_id', w.correlation_id)
              FROM wanted w
             WHERE NOT EXISTS (
                       SELECT 1
                         FROM replication_queue waiting
                        WHERE waiting.state = 'ready'
                          AND waiting.state NOT IN ('completed', 'cancelled', 'dead')
                          AND waiting.job ->> 'virtual_storage' = w.virtual_storage
                          AND waiting.job ->> 'relative_path' = w.relative_path
                          AND waiting.job ->> 'target_node_storage' = w.target
                          AND waiting.job ->> 'change' = w.change)
             ORDER BY w.place
            ON CONFLICT DO NOTHING
            RETURNING q.lock_id, q.job ->> 'change'
            """;

    private JobRows() {}

    /// Inserts those that do not wait yet. Of deletions, one at a time may live for a repository (DS 1.3); a second one is
    /// left out.
    ///
    /// @return those that were inserted
    static List<NewJob> insert(Connection connection, Collection<NewJob> jobs) throws SQLException {
        var wanted = new LinkedHashMap<Equal, NewJob>();
        jobs.forEach(job -> wanted.putIfAbsent(new Equal(lock(job), name(job.change())), job));
        if (wanted.isEmpty()) {
            return List.of();
        }
        List<String> locks = new ArrayList<>();
        List<Long> repositories = new ArrayList<>();
        List<String> virtualStorages = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        List<String> changes = new ArrayList<>();
        List<String> sources = new ArrayList<>();
        List<String> targets = new ArrayList<>();
        List<String> correlations = new ArrayList<>();
        wanted.forEach((equal, job) -> {
            locks.add(equal.lock);
            repositories.add(job.repository().value());
            virtualStorages.add(job.key().virtualStorage().name());
            paths.add(job.key().relativePath());
            changes.add(equal.change);
            sources.add(job.source().map(StorageName::value).orElse(""));
            targets.add(job.target().value());
            correlations.add(job.correlationId());
        });
        return Query.of(
                        connection,
                        INSERT,
                        locks,
                        repositories,
                        virtualStorages,
                        paths,
                        changes,
                        sources,
                        targets,
                        correlations)
                .list(row -> Objects.requireNonNull(wanted.get(new Equal(row.getString(1), row.getString(2)))));
    }

    /// Jobs with the same lock and change are equal (DS 3.3).
    private record Equal(String lock, String change) {}

    /// The name of the lock of a repository on a target (DS 3.1).
    static String lock(NewJob job) {
        return job.key().virtualStorage() + "|" + job.target() + "|" + job.key().relativePath();
    }

    static String name(JobChange change) {
        return switch (change) {
            case UPDATE -> "update";
            case DELETE_REPLICA -> "delete_replica";
            case OTHER -> throw new IllegalArgumentException("a job that nobody can do cannot be added");
        };
    }

    static ReplicationJob job(ResultSet row) throws SQLException {
        var change = row.getString("change");
        var job = new NewJob(
                new RepositoryId(row.getLong("repository_id")),
                new RepositoryKey(new VirtualStorage(row.getString("virtual_storage")), row.getString("relative_path")),
                "update".equals(change)
                        ? JobChange.UPDATE
                        : "delete_replica".equals(change) ? JobChange.DELETE_REPLICA : JobChange.OTHER,
                Optional.ofNullable(row.getString("source"))
                        .filter(source -> !source.isEmpty())
                        .map(StorageName::new),
                new StorageName(row.getString("target")),
                Optional.ofNullable(row.getString("correlation_id")).orElse(""));
        return new ReplicationJob(
                row.getLong("id"),
                job,
                row.getInt("attempt"),
                utc(row.getObject("created_at", LocalDateTime.class)),
                utc(row.getObject("updated_at", LocalDateTime.class)));
    }

    /// The columns have no time zone and are in UTC (DS 1.3).
    static Instant utc(LocalDateTime time) {
        return time.toInstant(ZoneOffset.UTC);
    }

    static LocalDateTime utc(Instant time) {
        return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    }
}
