package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// The datastore is reached but does not do what it is asked to: tables are missing, rights are missing, the version is
/// too old. Trying again does not help; the message is for the operator.
@API(status = EXPERIMENTAL, since = "0.1")
public final class DatastoreRefusedException extends DatastoreException {

    private static final long serialVersionUID = 1L;

    public DatastoreRefusedException(String message) {
        super(message);
    }

    public DatastoreRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
