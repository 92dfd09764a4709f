package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.util.Optional;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ConsumerType;

/// Where repositories are.
@API(status = EXPERIMENTAL, since = "0.1")
@ConsumerType
public interface Placements {

    /// Everything a route needs, as of one instant.
    ///
    /// @return empty if the repository is unknown
    Optional<Placement> find(RepositoryKey key) throws InterruptedException;

    /// The same by number.
    ///
    /// @return empty if the repository is unknown
    Optional<Placement> find(RepositoryId id) throws InterruptedException;

    /// Tells a listener of every change that any proxy makes: of replicas, of the primary, of replicas that are to be
    /// deleted; not of the health of nodes. Returns at once; the listener is called from a thread of the datastore until it
    /// is closed. At most one listener.
    void watch(PlacementListener listener);
}
