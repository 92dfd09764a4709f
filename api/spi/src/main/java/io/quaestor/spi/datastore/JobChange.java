package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// What a job is to do.
@API(status = EXPERIMENTAL, since = "0.1")
public enum JobChange {

    /// Make the target equal to the source.
    UPDATE,

    /// Delete the replica on the target.
    DELETE_REPLICA,

    /// Something of another release that this one does not do.
    OTHER
}
