package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ConsumerType;

/// Which replica of each repository is the primary.
@API(status = EXPERIMENTAL, since = "0.1")
@ConsumerType
public interface Primaries {

    /// Replaces the primary if it is still the expected one, the new one is up to date, and the repository is not suspect:
    /// then nobody knows whether another replica has what the primary has. Atomic across all proxies.
    ///
    /// @return whether it was replaced; `false` means that another proxy was faster, or has died
    /// @throws RepositoryNotFoundException   if the repository is unknown
    /// @throws DatastoreUnavailableException if the outcome is not known; confirm by a write before trying again
    boolean replace(PrimaryChange change) throws InterruptedException;
}
