package io.quaestor.repair;

import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// What a recovery knows of its proxy.
///
/// @param life     the present life; empty while there is none
/// @param storages the configured storages of a virtual storage
/// @param changed  hears that memory of a repository is no longer true
public record RecoveryParts(
        Supplier<Optional<ProxyLife>> life,
        Function<VirtualStorage, List<StorageName>> storages,
        Consumer<RepositoryKey> changed) {}
