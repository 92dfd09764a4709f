package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.util.Set;
import org.apiguardian.api.API;

/// What a comparison of the replicas of a suspect repository has found.
///
/// @param repository    its number
/// @param key           its name
/// @param reference     whose content counts; where repairs copy from
/// @param equal         replicas with the same content, the reference among them
/// @param different     assigned replicas with another content, or that could not be asked: each gets a repair job
/// @param correlationId for the logs of the repairs
@API(status = EXPERIMENTAL, since = "0.1")
public record Settlement(
        RepositoryId repository,
        RepositoryKey key,
        StorageName reference,
        Set<StorageName> equal,
        Set<StorageName> different,
        String correlationId) {

    public Settlement {
        equal = Set.copyOf(equal);
        different = Set.copyOf(different);
    }
}
