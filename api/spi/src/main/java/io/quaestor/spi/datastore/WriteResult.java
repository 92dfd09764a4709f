package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.Generation;
import org.apiguardian.api.API;

/// What came of a [WriteRecord].
@API(status = EXPERIMENTAL, since = "0.1")
public sealed interface WriteResult {

    /// It is recorded.
    ///
    /// @param generation which the repository has now
    record Recorded(Generation generation) implements WriteResult {}

    /// None of those who have the write was up to date before it; no generation was counted. Of others that took part nobody
    /// knows whether they made some of it, so where the record ended an intent, the replicas are compared once more.
    record Outdated() implements WriteResult {}

    /// The repository is unknown, because it was removed meanwhile; nothing was changed.
    record Missing() implements WriteResult {}

    /// Another repository of that name was recorded first; nothing was changed.
    record Exists() implements WriteResult {}

    /// Its intent had been settled by another proxy, which took this one for dead; no generation was counted, and the
    /// replicas are compared once more. Whether the write is there is not known.
    record Settled() implements WriteResult {}
}
