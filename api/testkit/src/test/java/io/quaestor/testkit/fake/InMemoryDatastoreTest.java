package io.quaestor.testkit.fake;

import io.quaestor.testkit.conformance.DatastoreConformance;
import io.quaestor.testkit.conformance.DatastoreHarness;

class InMemoryDatastoreTest extends DatastoreConformance {

    @Override
    protected DatastoreHarness harness() {
        return new InMemoryHarness();
    }
}
