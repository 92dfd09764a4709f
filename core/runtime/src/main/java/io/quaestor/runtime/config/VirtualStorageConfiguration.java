package io.quaestor.runtime.config;

import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.List;
import java.util.Map;

/// What clients see as one storage.
///
/// @param name                     its name
/// @param defaultReplicationFactor on how many nodes a new repository is put; 0 for all of them
/// @param serializeWrites          whether writes to one repository come one after another
/// @param nodes                    in the order of the file; not empty
/// @param strategies               what is used here, for each kind but the datastore
public record VirtualStorageConfiguration(
        VirtualStorage name,
        int defaultReplicationFactor,
        boolean serializeWrites,
        List<NodeConfiguration> nodes,
        Map<StrategyKind, StrategyName> strategies) {

    public VirtualStorageConfiguration {
        nodes = List.copyOf(nodes);
        strategies = Map.copyOf(strategies);
    }

    /// Its storages in the order of the file.
    public List<StorageName> storages() {
        return nodes.stream().map(NodeConfiguration::storage).toList();
    }
}
