package io.quaestor.spi.election;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.VirtualStorage;
import org.apiguardian.api.API;

/// For what a primary is elected.
@API(status = EXPERIMENTAL, since = "0.1")
public sealed interface ElectionScope {

    /// For one repository.
    record OfRepository(RepositoryId repository) implements ElectionScope {}

    /// For a whole virtual storage at once.
    record OfVirtualStorage(VirtualStorage virtualStorage) implements ElectionScope {}
}
