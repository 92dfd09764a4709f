package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.datastore.Placements;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.util.Optional;

/// Where repositories are, as the tables say now.
final class PostgresPlacements implements Placements {

    private final Database database;
    private final PlacementReader reader;
    private final PlacementWatch watch;

    PostgresPlacements(Database database, PlacementReader reader, PlacementWatch watch) {
        this.database = database;
        this.reader = reader;
        this.watch = watch;
    }

    @Override
    public Optional<Placement> find(RepositoryKey key) throws InterruptedException {
        return database.read("find " + key, connection -> reader.find(connection, key));
    }

    @Override
    public Optional<Placement> find(RepositoryId id) throws InterruptedException {
        return database.read("find repository " + id, connection -> reader.find(connection, id));
    }

    @Override
    public void watch(PlacementListener listener) {
        watch.start(listener);
    }
}
