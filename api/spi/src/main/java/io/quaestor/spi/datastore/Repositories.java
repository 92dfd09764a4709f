package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ConsumerType;

/// Repositories, and what each of their replicas has.
@API(status = EXPERIMENTAL, since = "0.1")
@ConsumerType
public interface Repositories {

    /// Whether the repository is known, in whatever state its replicas are.
    boolean exists(RepositoryKey key) throws InterruptedException;

    /// Takes a number for a repository that is about to be created, where [Intents] cannot be kept. Nothing else is
    /// reserved: of two who create the same name, the first to be recorded wins.
    ///
    /// @throws RepositoryExistsException if the name is taken
    RepositoryId reserve(RepositoryKey key) throws InterruptedException;

    /// Records writes and creations: who has them, and a repair job for everyone else. Each record is atomic; they may
    /// be committed together, but one that fails does not keep the others from being recorded. All are durable when the
    /// method returns.
    ///
    /// A record that names an intent ends it, and counts at most once: where the same record was made before, by a call
    /// whose outcome was in doubt, the answer is what it was then. Where the intent was settled meanwhile, because this
    /// proxy was taken for dead, no generation is counted: nobody knows what its nodes wrote before the comparison and what
    /// after it, so the repository becomes suspect once more ([Intents#settle]), and the answer is [WriteResult.Settled].
    /// The same happens if all who have the write fell behind while it was under way: [WriteResult.Outdated].
    ///
    /// @param records at most one for each repository, in the order in which they happened
    /// @return what came of each, in the same order
    /// @throws DatastoreUnavailableException if that is not known of any of them
    List<WriteResult> record(List<WriteRecord> records) throws InterruptedException;

    /// Records that a copy was made: the replica has at least that generation. Atomic. Raises the generation of the
    /// repository where it is lower (DS 2.3.4). Refused while any intent of the repository is open.
    CopyResult recordCopy(CopyRecord copy) throws InterruptedException;

    /// Forgets a repository with its replicas, assignments, jobs and intents. Atomic. Files on nodes are not touched.
    ///
    /// @return what was known of it; empty if it was unknown
    Optional<Placement> remove(RepositoryKey key) throws InterruptedException;

    /// Forgets all repositories of a virtual storage with their jobs. Atomic for each repository, not for all.
    ///
    /// @return how many
    int removeAll(VirtualStorage virtualStorage) throws InterruptedException;

    /// Forgets one replica. Nothing happens if it is not known.
    void removeReplica(RepositoryId repository, StorageName storage) throws InterruptedException;

    /// Forgets a replica whose node has no repository there, and the repository too if it was the last one
    /// (DS 2.3.13). Atomic. Nothing happens if it is not known.
    void removeInvalidReplica(RepositoryId repository, StorageName storage) throws InterruptedException;
}
