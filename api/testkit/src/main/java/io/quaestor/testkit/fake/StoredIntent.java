package io.quaestor.testkit.fake;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import org.apiguardian.api.API;

/// A write that is under way, as an [InMemoryDatastore] has it.
///
/// @param life       of the proxy that opened it
/// @param repository its number; of a creation, the one that was given to it
/// @param key        its name
/// @param creation   whether the repository did not exist before
/// @param transaction its number in its proxy; zero if there is none
/// @param living     whether its proxy lives
@API(status = EXPERIMENTAL, since = "0.1")
public record StoredIntent(
        IntentId id,
        ProxyLife life,
        RepositoryId repository,
        RepositoryKey key,
        boolean creation,
        long transaction,
        boolean living) {}
