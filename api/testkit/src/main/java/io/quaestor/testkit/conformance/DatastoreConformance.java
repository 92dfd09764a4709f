package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;
import org.junit.jupiter.api.Nested;

/// The rules that every [io.quaestor.spi.datastore.Datastore] keeps. Extend this class beside your datastore and give it
/// a harness; each store has its rules in a class of its own.
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class DatastoreConformance {

    /// A harness that was not used yet.
    protected abstract DatastoreHarness harness();

    @Nested
    class Repositories extends RepositoriesConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class Copies extends CopiesConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class Writers extends WritersConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class Placements extends PlacementsConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class PlacementNews extends PlacementNewsConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class Primaries extends PrimariesConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class ReplicationJobs extends ReplicationJobsConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class JobWorkers extends JobWorkersConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class ProxyLives extends ProxyLivesConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class Intents extends IntentsConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class SuspectWrites extends SuspectWritesConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class Recovery extends RecoveryConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class IntentRecords extends IntentRecordsConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class WriteTurns extends WriteTurnsConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class MissingJobs extends MissingJobsConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class NodeHealth extends NodeHealthConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }

    @Nested
    class DatastoreLife extends DatastoreLifeConformance {
        @Override
        protected DatastoreHarness harness() {
            return DatastoreConformance.this.harness();
        }
    }
}
