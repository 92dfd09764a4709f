package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;

/// What is to be recorded of a write that reached its nodes.
@API(status = EXPERIMENTAL, since = "0.1")
public sealed interface WriteRecord {

    /// The number of the repository.
    RepositoryId id();

    /// Its name.
    RepositoryKey key();

    /// Where repairs copy from. One of [#upToDate()].
    StorageName primary();

    /// Who has the write.
    Set<StorageName> upToDate();

    /// Who has not and should: each gets a repair job from the primary.
    Set<StorageName> outdated();

    /// For the logs of the repair.
    String correlationId();

    /// The intent that ends with the record; empty where none was opened.
    Optional<IntentId> intent();

    /// A known repository was changed. Its generation and that of the replicas that are up to date and were so before
    /// grow by one; whoever had fallen behind meanwhile stays behind (DS 2.3.3).
    record Update(
            RepositoryId id,
            RepositoryKey key,
            StorageName primary,
            Set<StorageName> upToDate,
            Set<StorageName> outdated,
            String correlationId,
            Optional<IntentId> intent)
            implements WriteRecord {

        public Update {
            upToDate = Set.copyOf(upToDate);
            outdated = Set.copyOf(outdated);
        }
    }

    /// A repository was created. It begins with generation zero on those that are up to date, and its primary is stored
    /// as the primary (DS 2.3.7).
    ///
    /// @param path   where its replicas lie
    /// @param assign whether all storages named here are assigned; otherwise the repository belongs everywhere
    record Creation(
            RepositoryId id,
            RepositoryKey key,
            ReplicaPath path,
            StorageName primary,
            Set<StorageName> upToDate,
            Set<StorageName> outdated,
            boolean assign,
            String correlationId,
            Optional<IntentId> intent)
            implements WriteRecord {

        public Creation {
            upToDate = Set.copyOf(upToDate);
            outdated = Set.copyOf(outdated);
        }
    }
}
