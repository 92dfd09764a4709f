package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.RepositoryId;
import org.apiguardian.api.API;

/// What came of a [NewIntent].
@API(status = EXPERIMENTAL, since = "0.1")
public sealed interface IntentResult {

    /// It is durable.
    ///
    /// @param repository the number of the repository; of a creation, a fresh one
    record Opened(RepositoryId repository) implements IntentResult {}

    /// The name is taken, by a repository or by another creation under way; nothing was changed.
    record Exists() implements IntentResult {}

    /// The repository is unknown; nothing was changed.
    record Missing() implements IntentResult {}

    /// Writes to the repository are held while its replicas are compared; nothing was changed. Trying again soon helps.
    record Held() implements IntentResult {}

    /// The life of the proxy has ended by the datastore's clock; nothing was changed.
    record LifeEnded() implements IntentResult {}
}
