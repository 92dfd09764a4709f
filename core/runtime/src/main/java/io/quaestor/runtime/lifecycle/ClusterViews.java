package io.quaestor.runtime.lifecycle;

import io.quaestor.routing.ClusterView;
import io.quaestor.runtime.config.Configuration;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.VirtualStorage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Puts together what is configured and which nodes are reached. The answer is made anew only when health changes, so that
/// asking costs a read of a field.
///
/// **Threads:** any, event loops included. **Blocking:** never.
final class ClusterViews implements Supplier<ClusterView> {

    private final Map<VirtualStorage, ClusterView.Group> groups;
    private final Supplier<Set<NodeId>> healthy;
    private volatile ClusterView last;

    /// @param healthy the nodes that are reached; the same set as long as nothing changes
    ClusterViews(Configuration configuration, Supplier<Set<NodeId>> healthy) {
        var result = new LinkedHashMap<VirtualStorage, ClusterView.Group>();
        configuration
                .virtualStorages()
                .forEach(s -> result.put(
                        s.name(),
                        new ClusterView.Group(s.storages(), Math.max(0, s.defaultReplicationFactor()))));
        this.groups = Collections.unmodifiableMap(result);
        this.healthy = healthy;
        this.last = new ClusterView(groups, Set.of());
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // another set says that something changed; equal ones need no new view
    public ClusterView get() {
        var now = healthy.get();
        var known = last;
        if (known.healthy() != now) {
            known = new ClusterView(groups, now);
            last = known;
        }
        return known;
    }
}
