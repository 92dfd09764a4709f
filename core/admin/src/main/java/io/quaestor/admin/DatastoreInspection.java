package io.quaestor.admin;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.util.Optional;
import java.util.function.Supplier;

/// Looks into the datastore.
public final class DatastoreInspection implements Inspection {

    private final Supplier<Datastore> datastore;

    /// @param datastore the present one; asked for each use
    public DatastoreInspection(Supplier<Datastore> datastore) {
        this.datastore = datastore;
    }

    @Override
    public Optional<Placement> placement(RepositoryKey key) throws InterruptedException {
        return datastore.get().placements().find(key);
    }

    @Override
    public Optional<Placement> placement(RepositoryId id) throws InterruptedException {
        return datastore.get().placements().find(id);
    }
}
