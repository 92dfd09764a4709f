package io.quaestor.testkit.fake;

import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// A row of [MemoryTables], with its replicas and assignments.
final class MemoryRepository {

    final RepositoryId id;
    final RepositoryKey key;
    final ReplicaPath path;
    final TreeMap<StorageName, Generation> replicas = new TreeMap<>();
    final Set<StorageName> assignments = new HashSet<>();
    long generation;
    Optional<StorageName> primary = Optional.empty();

    MemoryRepository(RepositoryId id, RepositoryKey key, ReplicaPath path) {
        this.id = id;
        this.key = key;
        this.path = path;
    }

    Generation generationOf(StorageName storage) {
        return replicas.getOrDefault(storage, Generation.NONE);
    }

    boolean isUpToDate(StorageName storage) {
        return generationOf(storage).value() == generation;
    }
}
