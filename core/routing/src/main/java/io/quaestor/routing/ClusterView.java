package io.quaestor.routing;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What this proxy knows of its nodes at one instant: what is configured, and what it reaches.
///
/// @param groups   the configured virtual storages
/// @param healthy  the nodes that this proxy reaches (RT 7.3: routing goes by the local view)
/// @param releases of those nodes that have said it
public record ClusterView(
        Map<VirtualStorage, Group> groups, Set<NodeId> healthy, Map<NodeId, Release> releases) {

    /// A view of nodes that are all of the same release.
    public ClusterView(Map<VirtualStorage, Group> groups, Set<NodeId> healthy) {
        this(groups, healthy, Map.of());
    }

    /// The nodes of one virtual storage.
    ///
    /// @param storages          in the order of the configuration, not empty
    /// @param replicationFactor how many storages a new repository is assigned to; zero for all, without assignments
    public record Group(List<StorageName> storages, int replicationFactor) {

        public Group {
            storages = List.copyOf(storages);
        }
    }

    public boolean knows(VirtualStorage virtualStorage) {
        return groups.containsKey(virtualStorage);
    }

    public boolean reaches(VirtualStorage virtualStorage, StorageName storage) {
        return healthy.contains(new NodeId(virtualStorage, storage));
    }

    /// The storages of a virtual storage that this proxy reaches, in the order of the configuration. Empty also if the
    /// virtual storage is unknown.
    public List<StorageName> reached(VirtualStorage virtualStorage) {
        var group = groups.get(virtualStorage);
        return group == null
                ? List.of()
                : group.storages().stream().filter(s -> reaches(virtualStorage, s)).toList();
    }
}
