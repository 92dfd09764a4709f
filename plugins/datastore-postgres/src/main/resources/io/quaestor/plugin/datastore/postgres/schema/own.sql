--liquibase formatted sql

-- What Quaestor adds to Praefect's tables. Only additions, all of them named quaestor_…, none of which a Praefect beside
-- us or after us needs or trips over (DS 11).

--changeset quaestor:quaestor_waiting_jobs splitStatements:false
-- Taking a job reads the oldest few of one target instead of sorting all that wait for it (DS 9.2).
CREATE INDEX quaestor_waiting_jobs
    ON replication_queue ((job ->> 'virtual_storage'), (job ->> 'target_node_storage'), created_at, id)
    WHERE state IN ('ready', 'failed');


--changeset quaestor:quaestor_proxies splitStatements:false
-- One row for each life of a proxy. It has ended when its lease is over, or when the same proxy has begun another one
-- (ended_at); one that was left cannot be renewed.
CREATE TABLE quaestor_proxies (
    life bigserial PRIMARY KEY,
    name text NOT NULL,
    host text NOT NULL,
    lease_until timestamp with time zone NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    is_left boolean NOT NULL DEFAULT false
);

--changeset quaestor:quaestor_write_intents splitStatements:false
-- Writes that may be under way. Kinds: update, creation. States: open; orphaned, a creation that no longer reserves its
-- name; what came of its record, kept for a while in case it is repeated: recorded (with the generation), outdated,
-- exists, missing; settled. Every write makes a row and changes it once, so the dead ones are swept early.
-- No foreign keys: a Praefect beside us deletes repositories without knowing of this table.
CREATE TABLE quaestor_write_intents (
    id bigint PRIMARY KEY,
    life bigint NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    repository_id bigint NOT NULL,
    virtual_storage text NOT NULL,
    relative_path text NOT NULL,
    transaction bigint NOT NULL,
    expected_generation bigint,
    generation bigint,
    opened_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX quaestor_open_intents ON quaestor_write_intents (repository_id) WHERE state IN ('open', 'orphaned');
CREATE UNIQUE INDEX quaestor_reserved_names ON quaestor_write_intents (virtual_storage, relative_path)
    WHERE kind = 'creation' AND state = 'open';
CREATE INDEX quaestor_ended_intents ON quaestor_write_intents (ended_at) WHERE ended_at IS NOT NULL;

--changeset quaestor:quaestor_recoveries splitStatements:false
-- Repositories whose writes are held while their replicas are compared, and by which life.
CREATE TABLE quaestor_recoveries (
    repository_id bigint PRIMARY KEY,
    life bigint NOT NULL,
    held_at timestamp with time zone NOT NULL
);

--changeset quaestor:quaestor_write_turns splitStatements:false
-- Whose turn it is to write to a repository.
CREATE TABLE quaestor_write_turns (
    repository_id bigint PRIMARY KEY,
    life bigint NOT NULL,
    holder bigint NOT NULL
);
