package io.quaestor.routing;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /// The same with fewer replicas.
    ///
    /// @param safe who may be read; `null` for all. Where none of them is up to date, all are
    public ReadPlacement among(@Nullable Set<StorageName> safe) {
        if (safe == null) {
            return this;
        }
        var both = upToDate.stream().filter(safe::contains).toList();
        return both.isEmpty() ? this : new ReadPlacement(key, path, both);
    }
}
