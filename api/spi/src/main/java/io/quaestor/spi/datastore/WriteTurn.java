package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.RepositoryId;
import org.apiguardian.api.API;

/// Who wants to be the only one to write to a repository for a while.
///
/// @param life   of the proxy
/// @param holder which of its writes; greater than zero
@API(status = EXPERIMENTAL, since = "0.1")
public record WriteTurn(RepositoryId repository, ProxyLife life, long holder) {}
