package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.util.Optional;
import org.apiguardian.api.API;

/// A job to be added.
///
/// @param repository    its number
/// @param key           its name
/// @param change        what to do
/// @param source        where to copy from; empty for a deletion
/// @param target        whom to change
/// @param correlationId for logs
@API(status = EXPERIMENTAL, since = "0.1")
public record NewJob(
        RepositoryId repository,
        RepositoryKey key,
        JobChange change,
        Optional<StorageName> source,
        StorageName target,
        String correlationId) {}
