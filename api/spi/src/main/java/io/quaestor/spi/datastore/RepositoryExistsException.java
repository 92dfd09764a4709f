package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.RepositoryKey;
import org.apiguardian.api.API;

/// A repository is already known under that name. Trying again does not help.
@API(status = EXPERIMENTAL, since = "0.1")
public final class RepositoryExistsException extends DatastoreException {

    private static final long serialVersionUID = 1L;

    public RepositoryExistsException(RepositoryKey key) {
        super("repository " + key + " already exists");
    }
}
