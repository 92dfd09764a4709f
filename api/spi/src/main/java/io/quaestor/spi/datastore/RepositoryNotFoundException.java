package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import org.apiguardian.api.API;

/// The repository is unknown. Trying again does not help.
@API(status = EXPERIMENTAL, since = "0.1")
public final class RepositoryNotFoundException extends DatastoreException {

    private static final long serialVersionUID = 1L;

    public RepositoryNotFoundException(RepositoryKey key) {
        super("repository " + key + " not found");
    }

    public RepositoryNotFoundException(RepositoryId id) {
        super("repository " + id + " not found");
    }
}
