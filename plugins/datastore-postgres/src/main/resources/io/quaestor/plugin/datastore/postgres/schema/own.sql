--liquibase formatted sql

-- What Quaestor adds to Praefect's tables. Only additions, all of them named quaestor_…, none of which a Praefect beside
-- us or after us needs or trips over (DS 11).

--changeset quaestor:quaestor_waiting_jobs splitStatements:false
-- Taking a job reads the oldest few of one target instead of sorting all that wait for it (DS 9.2).
CREATE INDEX quaestor_waiting_jobs
    ON replication_queue ((job ->> 'virtual_storage'), (job ->> 'target_node_storage'), created_at, id)
    WHERE state IN ('ready', 'failed');
