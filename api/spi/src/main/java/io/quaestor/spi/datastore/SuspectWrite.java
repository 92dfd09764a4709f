package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.time.Instant;
import org.apiguardian.api.API;

/// A write whose proxy died while it was under way.
///
/// @param intent     its name
/// @param repository its number; of a creation, the one that was given to it
/// @param key        its name
/// @param creation   whether the repository did not exist before
/// @param since      when its proxy's life ended
/// @param ripe       whether nodes can no longer write for it, nor for any other that was left behind in its
///                   repository
@API(status = EXPERIMENTAL, since = "0.1")
public record SuspectWrite(
        IntentId intent, RepositoryId repository, RepositoryKey key, boolean creation, Instant since, boolean ripe) {}
