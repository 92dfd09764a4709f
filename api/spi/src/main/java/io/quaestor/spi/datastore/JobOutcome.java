package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// How a job is given back.
@API(status = EXPERIMENTAL, since = "0.1")
public enum JobOutcome {

    /// It is done.
    COMPLETED,

    /// It failed. It is given out again later, or forgotten if no attempt is left; a deletion is never forgotten.
    FAILED,

    /// It was not tried, for example because the proxy stops. The attempt does not count.
    HANDED_BACK,

    /// It can never be done, for example because its repository is gone. It is forgotten.
    DROPPED
}
