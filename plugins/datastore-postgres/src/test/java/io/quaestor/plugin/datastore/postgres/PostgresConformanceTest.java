package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.testkit.conformance.DatastoreConformance;
import io.quaestor.testkit.conformance.DatastoreHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The rules of every datastore, on a real PostgreSQL.
class PostgresConformanceTest extends DatastoreConformance {

    @Override
    protected DatastoreHarness harness() {
        return new Harness();
    }

    private static final class Harness implements DatastoreHarness {

        private final ConnectionSettings way = TestPostgres.migrated();
        private final List<Datastore> opened = new ArrayList<>();
        private Map<VirtualStorage, List<StorageName>> cluster = Map.of();

        @Override
        public Datastore fresh(Map<VirtualStorage, List<StorageName>> configured) throws Exception {
            cluster = configured;
            return another();
        }

        @Override
        public Datastore another() throws Exception {
            var datastore = TestPostgres.datastore(way, TestContext.of(cluster));
            opened.add(datastore);
            datastore.start();
            return datastore;
        }

        /// When a job was taken says who holds it, so that stays.
        private static final List<String> AGE = List.of(
                "UPDATE replication_queue SET updated_at = updated_at - ? * interval '1 millisecond' WHERE state = 'failed'",
                "UPDATE replication_queue_job_lock SET triggered_at = triggered_at - ? * interval '1 millisecond'",
                "UPDATE node_status SET last_contact_attempt_at = last_contact_attempt_at - ? * interval '1 millisecond'",
                "UPDATE node_status SET last_seen_active_at = last_seen_active_at - ? * interval '1 millisecond'",
                "UPDATE quaestor_proxies SET lease_until = lease_until - ? * interval '1 millisecond'",
                "UPDATE quaestor_proxies SET joined_at = joined_at - ? * interval '1 millisecond'",
                "UPDATE quaestor_proxies SET ended_at = ended_at - ? * interval '1 millisecond'",
                "UPDATE quaestor_write_intents SET opened_at = opened_at - ? * interval '1 millisecond'",
                "UPDATE quaestor_write_intents SET ended_at = ended_at - ? * interval '1 millisecond'",
                "UPDATE quaestor_recoveries SET held_at = held_at - ? * interval '1 millisecond'");

        @Override
        public void letTimePass(Duration duration) throws Exception {
            try (var connection = TestPostgres.connect(way)) {
                for (var statement : AGE) {
                    Query.of(connection, statement, (double) duration.toMillis()).update();
                }
            }
        }

        @Override
        public void close() {
            opened.forEach(Datastore::close);
            TestPostgres.giveBack(way);
        }
    }
}
