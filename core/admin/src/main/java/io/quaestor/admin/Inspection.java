package io.quaestor.admin;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.util.Optional;

/// What an operator may look at.
///
/// **Threads:** virtual threads. **Blocking:** until the datastore has answered; ends when interrupted.
///
/// **Failure:** [io.quaestor.spi.datastore.DatastoreException], as of the datastore itself.
public interface Inspection {

    /// A repository with its replicas, as of one instant. [ValidPrimaries] says which of them could be the primary.
    ///
    /// @return empty if the repository is unknown
    Optional<Placement> placement(RepositoryKey key) throws InterruptedException;

    /// The same by number.
    ///
    /// @return empty if the repository is unknown
    Optional<Placement> placement(RepositoryId id) throws InterruptedException;
}
