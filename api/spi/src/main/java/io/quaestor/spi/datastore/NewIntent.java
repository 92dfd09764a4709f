package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import org.apiguardian.api.API;

/// What a proxy is about to let nodes write.
@API(status = EXPERIMENTAL, since = "0.1")
public sealed interface NewIntent {

    /// Its name.
    IntentId id();

    /// The name of the repository.
    RepositoryKey key();

    /// For people who look into the datastore: the number of the transaction in its proxy; zero if there is none.
    long transaction();

    /// A write to a known repository.
    ///
    /// @param repository its number
    /// @param expected   its generation when the write was routed, for people who look into the datastore
    record Update(IntentId id, RepositoryId repository, RepositoryKey key, Generation expected, long transaction)
            implements NewIntent {}

    /// A creation. The intent reserves the name until it ends, or until the life of its proxy has ended.
    record Creation(IntentId id, RepositoryKey key, long transaction) implements NewIntent {}
}
