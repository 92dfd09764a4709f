package io.quaestor.plugin.datastore.postgres;

/// The two questions of [MissingJobs]. Parameters of both: virtual storages, storages, whether each is reached (one array
/// each, of all that are configured), behind which repository to begin, with which to end. What is suspect is put in front
/// by [#updates] and [#deletions].
///
/// Jobs are looked up by the columns of an index of Praefect's, one by one and only for what needs a repair: a join with
/// the queue is what makes Praefect's statement explode when there is a backlog (DS 9.2).
final class MissingJobsSql {

    private static final String SLICE = """
            WITH node AS (
                SELECT * FROM unnest(?::text[], ?::text[], ?::boolean[]) AS n (virtual_storage, storage, reached)
            ), slice AS (
                SELECT *
                  FROM repositories
                 WHERE repository_id > ?
                   AND repository_id <= ?
                   AND virtual_storage IN (SELECT virtual_storage FROM node)
            ), suspect AS (
            """;

    private static final String SUSPECT = """
            SELECT i.repository_id FROM quaestor_write_intents i WHERE i.state = 'open' AND i.kind = 'update' AND NOT %s
            """.formatted(IntentTables.LIFE_LIVES);

    private static final String NOTHING_SUSPECT = "SELECT NULL::bigint AS repository_id WHERE false";

    /// Only what is assigned to a storage of the configuration is assigned at all (DS 2.3.15): an assignment to one that is
    /// gone must not make all living replicas superfluous (DS 5.5).
    private static final String ASSIGNED_BY_NAME = """
            EXISTS (SELECT 1
                      FROM repository_assignments a
                      JOIN node c ON c.virtual_storage = r.virtual_storage AND c.storage = a.storage
                     WHERE a.repository_id = r.repository_id)
            """;

    /// A replica that should be there and is not up to date, with a source, and without a job. The source is any one, but
    /// always the same, spread evenly over the repositories; of a suspect repository it is the primary.
    private static final String UPDATES = """
            SELECT r.repository_id, r.virtual_storage, r.relative_path, source.storage AS source, target.storage AS target,
                   md5(r.repository_id || target.storage || clock_timestamp()) AS correlation_id
              FROM slice r
              JOIN node target ON target.virtual_storage = r.virtual_storage AND target.reached
              LEFT JOIN storage_repositories copy
                     ON copy.repository_id = r.repository_id AND copy.storage = target.storage
             CROSS JOIN LATERAL (
                    SELECT s.storage
                      FROM storage_repositories s
                      JOIN node n ON n.virtual_storage = r.virtual_storage AND n.storage = s.storage AND n.reached
                     WHERE s.repository_id = r.repository_id
                       AND s.relative_path = r.relative_path
                       AND s.generation = r.generation
                       AND (s.storage = r."primary" OR r.repository_id NOT IN (SELECT repository_id FROM suspect))
                       AND (SELECT true
                              FROM replication_queue q
                             WHERE q.state NOT IN ('completed', 'cancelled', 'dead')
                               AND q.job ->> 'virtual_storage' = r.virtual_storage
                               AND q.job ->> 'relative_path' = r.relative_path
                               AND q.job ->> 'target_node_storage' = s.storage
                               AND q.job ->> 'change' = 'delete_replica'
                             LIMIT 1) IS NULL
                     ORDER BY md5(r.repository_id || s.storage)
                     LIMIT 1) source
             WHERE copy.generation IS DISTINCT FROM r.generation
               AND (EXISTS (SELECT 1
                              FROM repository_assignments a
                             WHERE a.repository_id = r.repository_id AND a.storage = target.storage)
                    OR NOT %s)
               AND (SELECT true
                      FROM replication_queue q
                     WHERE q.state NOT IN ('completed', 'cancelled', 'dead')
                       AND q.job ->> 'virtual_storage' = r.virtual_storage
                       AND q.job ->> 'relative_path' = r.relative_path
                       AND q.job ->> 'target_node_storage' = target.storage
                       AND q.job ->> 'change' = 'update'
                     LIMIT 1) IS NULL
             ORDER BY r.repository_id, target.storage
            """.formatted(ASSIGNED_BY_NAME);

    /// One replica that is not assigned, the oldest, provided that every storage that is assigned is reached and up to
    /// date: below that floor nothing is deleted. Not while any job reads it or changes it, and not while it is not certain
    /// who has what.
    private static final String DELETIONS = """
            SELECT DISTINCT ON (r.repository_id)
                   r.repository_id, r.virtual_storage, r.relative_path, NULL::text AS source, extra.storage AS target,
                   md5(r.repository_id || extra.storage || clock_timestamp()) AS correlation_id
              FROM slice r
              JOIN storage_repositories extra ON extra.repository_id = r.repository_id
              JOIN node n ON n.virtual_storage = r.virtual_storage AND n.storage = extra.storage AND n.reached
             WHERE %s
               AND r.repository_id NOT IN (SELECT repository_id FROM suspect)
               AND NOT EXISTS (
                       SELECT 1
                         FROM repository_assignments a
                        WHERE a.repository_id = r.repository_id AND a.storage = extra.storage)
               AND NOT EXISTS (
                       SELECT 1
                         FROM repository_assignments a
                         JOIN node c ON c.virtual_storage = r.virtual_storage AND c.storage = a.storage
                         LEFT JOIN storage_repositories copy
                                ON copy.repository_id = r.repository_id AND copy.storage = a.storage
                        WHERE a.repository_id = r.repository_id
                          AND (NOT c.reached OR copy.generation IS DISTINCT FROM r.generation))
               AND (SELECT true
                      FROM replication_queue q
                     WHERE q.state NOT IN ('completed', 'cancelled', 'dead')
                       AND q.job ->> 'virtual_storage' = r.virtual_storage
                       AND q.job ->> 'relative_path' = r.relative_path
                       AND (q.job ->> 'change' = 'delete_replica'
                            OR q.job ->> 'target_node_storage' = extra.storage
                            OR q.job ->> 'source_node_storage' = extra.storage)
                     LIMIT 1) IS NULL
             ORDER BY r.repository_id, extra.generation, extra.storage
            """.formatted(ASSIGNED_BY_NAME);

    private MissingJobsSql() {}

    /// @param intents whether the tables of intents are there
    static String updates(boolean intents) {
        return slice(intents) + UPDATES;
    }

    /// @param intents whether the tables of intents are there
    static String deletions(boolean intents) {
        return slice(intents) + DELETIONS;
    }

    private static String slice(boolean intents) {
        return SLICE + (intents ? SUSPECT : NOTHING_SUSPECT) + ")\n";
    }
}
