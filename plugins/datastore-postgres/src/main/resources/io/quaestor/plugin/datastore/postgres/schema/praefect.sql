--liquibase formatted sql

-- The tables as a Praefect of release 16.8 leaves them after its 42 migrations (DS 1.2 to 1.7). A database that Praefect
-- made has them already; this file leaves it alone.

--changeset quaestor:praefect_tables splitStatements:false
--preconditions onFail:MARK_RAN
--precondition-sql-check expectedResult:0 SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'repositories'

CREATE TABLE hello_world (id integer);
INSERT INTO hello_world (id) VALUES (1);

CREATE TYPE replication_job_state AS ENUM ('ready', 'in_progress', 'completed', 'cancelled', 'failed', 'dead');

CREATE TABLE replication_queue_lock (
    id text NOT NULL,
    acquired boolean NOT NULL DEFAULT false,
    CONSTRAINT replication_queue_lock_pkey PRIMARY KEY (id)
);

CREATE TABLE replication_queue (
    id bigserial NOT NULL,
    state replication_job_state NOT NULL DEFAULT 'ready',
    created_at timestamp without time zone NOT NULL DEFAULT timezone('UTC', now()),
    updated_at timestamp without time zone,
    attempt integer NOT NULL DEFAULT 3,
    lock_id text,
    job jsonb,
    meta jsonb,
    CONSTRAINT replication_queue_pkey PRIMARY KEY (id)
);

CREATE INDEX virtual_target_on_replication_queue_idx
    ON replication_queue ((job ->> 'virtual_storage'), (job ->> 'target_node_storage'));

CREATE INDEX replication_queue_target_index
    ON replication_queue ((job ->> 'virtual_storage'), (job ->> 'relative_path'), (job ->> 'target_node_storage'), (job ->> 'change'))
    WHERE state NOT IN ('completed', 'cancelled', 'dead');

CREATE UNIQUE INDEX delete_replica_unique_index
    ON replication_queue ((job ->> 'virtual_storage'), (job ->> 'relative_path'))
    WHERE state NOT IN ('completed', 'cancelled', 'dead') AND job ->> 'change' = 'delete_replica';

CREATE TABLE replication_queue_job_lock (
    job_id bigint NOT NULL,
    lock_id text NOT NULL,
    triggered_at timestamp without time zone NOT NULL DEFAULT timezone('UTC', now()),
    CONSTRAINT replication_queue_job_lock_pk PRIMARY KEY (job_id, lock_id),
    CONSTRAINT replication_queue_job_lock_job_id_fkey FOREIGN KEY (job_id) REFERENCES replication_queue (id),
    CONSTRAINT replication_queue_job_lock_lock_id_fkey FOREIGN KEY (lock_id) REFERENCES replication_queue_lock (id)
);

CREATE TABLE node_status (
    id bigserial NOT NULL,
    praefect_name varchar(511) NOT NULL,
    shard_name varchar(255) NOT NULL,
    node_name varchar(255) NOT NULL,
    last_contact_attempt_at timestamp with time zone,
    last_seen_active_at timestamp with time zone,
    CONSTRAINT node_status_pkey PRIMARY KEY (id)
);

CREATE UNIQUE INDEX shard_node_names_on_node_status_idx ON node_status (praefect_name, shard_name, node_name);
CREATE INDEX shard_name_on_node_status_idx ON node_status (shard_name, node_name);

CREATE TABLE shard_primaries (
    id bigserial NOT NULL,
    shard_name varchar(255) NOT NULL,
    node_name varchar(255) NOT NULL,
    elected_by_praefect varchar(255) NOT NULL,
    elected_at timestamp with time zone NOT NULL,
    read_only boolean NOT NULL DEFAULT false,
    demoted boolean NOT NULL DEFAULT false,
    previous_writable_primary text,
    CONSTRAINT shard_primaries_pkey PRIMARY KEY (id)
);

CREATE UNIQUE INDEX shard_name_on_shard_primaries_idx ON shard_primaries (shard_name);

CREATE SEQUENCE repositories_repository_id_seq;

CREATE TABLE repositories (
    virtual_storage text NOT NULL,
    relative_path text NOT NULL,
    generation bigint,
    "primary" text,
    repository_id bigint NOT NULL DEFAULT nextval('repositories_repository_id_seq'),
    replica_path text,
    CONSTRAINT repositories_pkey PRIMARY KEY (repository_id)
);

ALTER SEQUENCE repositories_repository_id_seq OWNED BY repositories.repository_id;
CREATE UNIQUE INDEX repository_lookup_index ON repositories (virtual_storage, relative_path);
CREATE INDEX repository_replica_path_index ON repositories (replica_path, virtual_storage);

CREATE TABLE storage_repositories (
    virtual_storage text NOT NULL,
    relative_path text NOT NULL,
    storage text NOT NULL,
    generation bigint NOT NULL,
    repository_id bigint NOT NULL,
    verified_at timestamp with time zone,
    verification_leased_until timestamp with time zone,
    CONSTRAINT storage_repositories_pkey PRIMARY KEY (virtual_storage, relative_path, storage),
    CONSTRAINT storage_repositories_repository_id_fkey
        FOREIGN KEY (repository_id) REFERENCES repositories (repository_id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX storage_repositories_new_pkey ON storage_repositories (repository_id, storage);
CREATE INDEX verification_queue ON storage_repositories (verified_at NULLS FIRST) WHERE verification_leased_until IS NULL;
CREATE INDEX verification_leases ON storage_repositories (verification_leased_until) WHERE verification_leased_until IS NOT NULL;

-- Praefect inserts here without naming columns: their order is part of the contract.
CREATE TABLE repository_assignments (
    virtual_storage text NOT NULL,
    relative_path text NOT NULL,
    storage text NOT NULL,
    repository_id bigint NOT NULL,
    CONSTRAINT repository_assignments_pkey PRIMARY KEY (virtual_storage, relative_path, storage),
    CONSTRAINT repository_assignments_repository_id_fkey
        FOREIGN KEY (repository_id) REFERENCES repositories (repository_id) ON DELETE CASCADE,
    CONSTRAINT repository_assignments_virtual_storage_relative_path_fkey
        FOREIGN KEY (virtual_storage, relative_path) REFERENCES repositories (virtual_storage, relative_path)
        ON UPDATE CASCADE ON DELETE CASCADE
);

CREATE UNIQUE INDEX repository_assignments_new_pkey ON repository_assignments (repository_id, storage);

CREATE TABLE storage_cleanups (
    virtual_storage text NOT NULL,
    storage text NOT NULL,
    last_run timestamp without time zone,
    triggered_at timestamp without time zone,
    CONSTRAINT storage_cleanups_pkey PRIMARY KEY (virtual_storage, storage)
);

CREATE TABLE virtual_storages (
    virtual_storage text NOT NULL,
    repositories_imported boolean NOT NULL DEFAULT false,
    CONSTRAINT virtual_storages_pkey PRIMARY KEY (virtual_storage)
);

-- Sends the paths that one statement touched, grouped by virtual storage, on the channel of the last argument (DS 1.5).
-- An update is compared by path, not by replica, and a long list fails the statement: both as Praefect has it, since its
-- own processes may share the tables.
CREATE FUNCTION notify_on_change() RETURNS trigger LANGUAGE plpgsql AS $function$
DECLARE
    message jsonb;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT jsonb_agg(jsonb_build_object('virtual_storage', g.virtual_storage, 'relative_paths', g.paths)) INTO message
        FROM (
            SELECT virtual_storage, jsonb_agg(DISTINCT relative_path) AS paths FROM rows_after GROUP BY virtual_storage
        ) g;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT jsonb_agg(jsonb_build_object('virtual_storage', g.virtual_storage, 'relative_paths', g.paths)) INTO message
        FROM (
            SELECT virtual_storage, jsonb_agg(DISTINCT relative_path) AS paths FROM rows_before GROUP BY virtual_storage
        ) g;
    ELSE
        SELECT jsonb_agg(jsonb_build_object('virtual_storage', g.virtual_storage, 'relative_paths', g.paths)) INTO message
        FROM (
            SELECT virtual_storage, jsonb_agg(DISTINCT relative_path) AS paths
            FROM rows_after a
            FULL OUTER JOIN rows_before b USING (virtual_storage, relative_path)
            WHERE coalesce(a.generation, -1) <> coalesce(b.generation, -1)
               OR a.storage IS NULL
               OR b.storage IS NULL
            GROUP BY virtual_storage
        ) g;
    END IF;

    IF message IS NOT NULL THEN
        PERFORM pg_notify(TG_ARGV[TG_NARGS - 1], message::text);
    END IF;
    RETURN NULL;
END;
$function$;

CREATE TRIGGER notify_on_delete AFTER DELETE ON repositories
    REFERENCING OLD TABLE AS rows_before
    FOR EACH STATEMENT EXECUTE FUNCTION notify_on_change('repositories_updates');

CREATE TRIGGER notify_on_insert AFTER INSERT ON storage_repositories
    REFERENCING NEW TABLE AS rows_after
    FOR EACH STATEMENT EXECUTE FUNCTION notify_on_change('storage_repositories_updates');

CREATE TRIGGER notify_on_update AFTER UPDATE ON storage_repositories
    REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
    FOR EACH STATEMENT EXECUTE FUNCTION notify_on_change('storage_repositories_updates');

CREATE TRIGGER notify_on_delete AFTER DELETE ON storage_repositories
    REFERENCING OLD TABLE AS rows_before
    FOR EACH STATEMENT EXECUTE FUNCTION notify_on_change('storage_repositories_updates');

-- A node is well if half of the proxies that lately tried have lately reached it (DS 1.6).
CREATE VIEW healthy_storages AS
    SELECT seen.shard_name AS virtual_storage, seen.node_name AS storage
    FROM node_status seen
    WHERE seen.last_seen_active_at >= now() - interval '10 seconds'
    GROUP BY seen.shard_name, seen.node_name
    HAVING count(*) >= (
        SELECT ceil(count(DISTINCT voter.praefect_name) / 2.0)
        FROM node_status voter
        WHERE voter.shard_name = seen.shard_name
          AND voter.last_contact_attempt_at >= now() - interval '60 seconds'
    )
    ORDER BY seen.shard_name, seen.node_name;

CREATE VIEW repository_generations AS
    SELECT virtual_storage, relative_path, max(generation) AS generation
    FROM storage_repositories
    GROUP BY virtual_storage, relative_path;

CREATE VIEW valid_primaries AS
    SELECT candidate.repository_id, candidate.virtual_storage, candidate.relative_path, candidate.storage
    FROM (
        SELECT
            r.repository_id,
            r.virtual_storage,
            r.relative_path,
            s.storage,
            a.storage IS NOT NULL AS assigned,
            bool_or(a.storage IS NOT NULL) OVER (PARTITION BY r.repository_id) AS any_assigned
        FROM repositories r
        JOIN storage_repositories s ON s.repository_id = r.repository_id AND s.generation = r.generation
        JOIN healthy_storages h ON h.virtual_storage = r.virtual_storage AND h.storage = s.storage
        LEFT JOIN repository_assignments a ON a.repository_id = s.repository_id AND a.storage = s.storage
        WHERE NOT EXISTS (
            SELECT 1
            FROM replication_queue q
            WHERE q.state NOT IN ('completed', 'dead', 'cancelled')
              AND q.job ->> 'change' = 'delete_replica'
              AND (q.job ->> 'repository_id')::bigint = s.repository_id
              AND q.job ->> 'target_node_storage' = s.storage
        )
    ) candidate
    WHERE candidate.assigned OR NOT candidate.any_assigned;

-- The list of a 16.8, not of a 19.1: a later Praefect adds its own migrations to it, an earlier one would refuse to
-- serve a list that it does not know (D19 4, OPS 6.5).
CREATE TABLE IF NOT EXISTS schema_migrations (
    id text NOT NULL,
    applied_at timestamp with time zone,
    CONSTRAINT schema_migrations_pkey PRIMARY KEY (id)
);

INSERT INTO schema_migrations (id, applied_at)
SELECT id, now()
FROM unnest(ARRAY[
    '20200109161404_hello_world',
    '20200113151438_1_test_migration',
    '20200224220728_job_queue',
    '20200225220728_readd_job_queue',
    '20200324001604_add_sql_election_tables',
    '20200422131451_add_shard_read_only_column',
    '20200512131219_replication_job_indexing',
    '20200527103816_drop_old_gitaly_tables',
    '20200602154246_remember_previous_writable_primary',
    '20200707101830_repositories_table',
    '20200810055650_replication_queue_cleanup',
    '20200921154417_repositories_nullable_generation',
    '20200921170311_repositories_primary_column',
    '20201006125956_trigger_repository_update_generation',
    '20201102115118_variable_replication_factor',
    '20201102171914_virtual_storage_configuration',
    '20201126165633_repository_assignments_table',
    '20201208163237_cleanup_notifiactions_payload',
    '20201231075619_remove_unused_assigned_column',
    '20210223130233_delete_replica_unique_index',
    '20210225101159_replication_queue_target_index',
    '20210525143540_healthy_storages_view',
    '20210525173505_valid_primaries_view',
    '20210607124235_optimize_valid_primaries_view',
    '20210727085659_repository_ids',
    '20210906130405_add_replica_path',
    '20210906145021_link_repository_id',
    '20210914115710_storage_cleanups_table',
    '20210921131816_backfill_replica_path',
    '20210922091614_repository_id_primary_key_indexes',
    '20210922143752_storage_repositories_cascade_delete',
    '20210923155827_valid_primaries_view_repository_id',
    '20210927083631_repository_path_index',
    '20211018142158_valid_primaries_view_join_repo_id',
    '20211025113445_remove_cancelled_replication_events',
    '20211105100456_check_non_null_repository_id',
    '20211105100458_non_nullable_repository_id',
    '20220215160117_replication_queue_cleanup_again',
    '20220303105110_background_verification_columns',
    '20220404131105_stale_verification_lease_index',
    '20220407111624_ignore_verification_in_triggers',
    '20220520083313_remove_maintenance_replication_events'
]) AS known (id);
