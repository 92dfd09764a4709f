package io.quaestor.testkit.fake;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// How a call to a [FaultyDatastore] goes wrong.
@API(status = EXPERIMENTAL, since = "0.1")
public enum Fault {

    /// Nothing is changed, and the caller knows it.
    UNCHANGED,

    /// Nothing is changed, and the caller does not know.
    IN_DOUBT_BEFORE,

    /// The change is made, and the caller does not know.
    IN_DOUBT_AFTER,

    /// Nothing is changed; an operator must do something first.
    REFUSED
}
