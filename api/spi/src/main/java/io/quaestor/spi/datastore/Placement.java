package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/// A repository at one instant.
///
/// @param id         its number
/// @param key        its name
/// @param path       where its replicas lie on the nodes
/// @param generation what an up-to-date replica has
/// @param primary    the stored primary, well or not; empty before the first election
/// @param suspect    since when a write is left behind by a proxy that died, so that only the primary counts as up to date;
///                   empty if there is none
/// @param replicas   every storage that has a replica or should have one: configured storages in the order of the
///                   configuration, then others by name
@API(status = EXPERIMENTAL, since = "0.1")
public record Placement(
        RepositoryId id,
        RepositoryKey key,
        ReplicaPath path,
        Generation generation,
        Optional<StorageName> primary,
        Optional<Instant> suspect,
        List<Replica> replicas) {

    public Placement {
        replicas = List.copyOf(replicas);
    }

    /// Whether that replica equals the repository (DS 2.1). Of a suspect repository only the primary does for certain.
    public boolean isUpToDate(Replica replica) {
        return hasGeneration(replica)
                && (suspect.isEmpty() || primary.equals(Optional.of(replica.storage())));
    }

    /// Whether that replica has the generation of the repository, suspect or not.
    public boolean hasGeneration(Replica replica) {
        return replica.generation().isRecorded() && replica.generation().equals(generation);
    }

    /// The storages whose replicas are up to date, whether or not they are reached.
    public List<StorageName> upToDate() {
        return replicas.stream().filter(this::isUpToDate).map(Replica::storage).toList();
    }

    /// What is known of one storage.
    public Optional<Replica> replica(StorageName storage) {
        return replicas.stream().filter(r -> r.storage().equals(storage)).findFirst();
    }
}
