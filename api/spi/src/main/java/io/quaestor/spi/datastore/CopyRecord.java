package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.StorageName;
import org.apiguardian.api.API;

/// A copy that was made.
///
/// @param repository what was copied
/// @param target     who has it now
/// @param before     what the target had when the copy began; [Generation#NONE] for nothing
/// @param reached    what the source had when the copy began
@API(status = EXPERIMENTAL, since = "0.1")
public record CopyRecord(RepositoryId repository, StorageName target, Generation before, Generation reached) {}
