package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.StorageName;
import java.util.Optional;
import org.apiguardian.api.API;

/// A change of primary.
///
/// @param repository whose
/// @param expected   the primary so far; empty if there was none
/// @param primary    the new one
/// @param generation of the repository when it was decided; if it has grown since, the change is refused
@API(status = EXPERIMENTAL, since = "0.1")
public record PrimaryChange(
        RepositoryId repository, Optional<StorageName> expected, StorageName primary, Generation generation) {}
