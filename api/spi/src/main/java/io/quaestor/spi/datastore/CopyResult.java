package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// What came of a [CopyRecord].
@API(status = EXPERIMENTAL, since = "0.1")
public enum CopyResult {

    /// It is recorded.
    RECORDED,

    /// The replica is no longer as it was when the copy began, or is not known; nothing was changed.
    CHANGED,

    /// A write to the repository is under way, or was left behind by a proxy that died, and the copy may have half of
    /// it; nothing was changed. Copying again helps.
    WRITE_UNDER_WAY
}
