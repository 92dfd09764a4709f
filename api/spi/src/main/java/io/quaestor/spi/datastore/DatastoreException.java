package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// A store could not do what it was asked to. Messages are facts in lower case with the value.
@API(status = EXPERIMENTAL, since = "0.1")
public abstract sealed class DatastoreException extends RuntimeException
        permits RepositoryNotFoundException,
                RepositoryExistsException,
                DatastoreRefusedException,
                DatastoreUnavailableException {

    private static final long serialVersionUID = 1L;

    DatastoreException(String message) {
        super(message);
    }

    DatastoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
