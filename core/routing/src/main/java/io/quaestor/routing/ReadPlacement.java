package io.quaestor.routing;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.util.List;

/// What a read needs to know of a repository; small, because it is kept in memory for very many.
///
/// @param key      its name
/// @param path     where its replicas lie
/// @param upToDate who may serve it, in the order of the configuration; empty if nobody may
public record ReadPlacement(RepositoryKey key, ReplicaPath path, List<StorageName> upToDate) {

    public ReadPlacement {
        upToDate = List.copyOf(upToDate);
    }

    public static ReadPlacement of(Placement placement) {
        return new ReadPlacement(placement.key(), placement.path(), placement.upToDate());
    }
}
