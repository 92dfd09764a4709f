package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// The datastore is not reached now. Trying again helps.
@API(status = EXPERIMENTAL, since = "0.1")
public final class DatastoreUnavailableException extends DatastoreException {

    private static final long serialVersionUID = 1L;

    private final boolean outcomeKnown;

    private DatastoreUnavailableException(String message, boolean outcomeKnown, Throwable cause) {
        super(message, cause);
        this.outcomeKnown = outcomeKnown;
    }

    /// Nothing was changed.
    public static DatastoreUnavailableException unchanged(String message, Throwable cause) {
        return new DatastoreUnavailableException(message, true, cause);
    }

    /// It is not known whether the change was made, for example because the connection was lost during a commit. To be
    /// confirmed by a write before it is tried again.
    public static DatastoreUnavailableException inDoubt(String message, Throwable cause) {
        return new DatastoreUnavailableException(message, false, cause);
    }

    /// Whether it is known that nothing was changed.
    public boolean outcomeKnown() {
        return outcomeKnown;
    }
}
