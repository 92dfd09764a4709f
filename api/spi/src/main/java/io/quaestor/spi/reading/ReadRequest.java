package io.quaestor.spi.reading;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.List;
import org.apiguardian.api.API;

/// One read, and the replicas that may serve it.
///
/// @param virtualStorage where the repository is
/// @param replicas       the safe replicas in the order of the configuration; never empty; not to be changed
/// @param seed           a fresh random number for this read, so that a strategy needs no chance of its own
@API(status = EXPERIMENTAL, since = "0.1")
public record ReadRequest(VirtualStorage virtualStorage, List<StorageName> replicas, long seed) {}
