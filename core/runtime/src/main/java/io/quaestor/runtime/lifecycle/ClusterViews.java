package io.quaestor.runtime.lifecycle;

import io.quaestor.routing.ClusterView;
import io.quaestor.routing.Release;
import io.quaestor.runtime.config.Configuration;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.VirtualStorage;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Puts together what is configured and which nodes are reached. The answer is made anew only when nodes change, so that
/// asking costs a read of a field.
///
/// **Threads:** any, event loops included. **Blocking:** never.
final class ClusterViews implements Supplier<ClusterView> {

    private final Map<VirtualStorage, ClusterView.Group> groups;
    private final Supplier<Set<NodeId>> healthy;
    private final Supplier<Map<NodeId, String>> versions;
    private volatile Known last;

    /// A view, and from what it was made.
    private record Known(ClusterView view, Map<NodeId, String> versions) {}

    /// @param healthy  the nodes that are reached; the same set as long as nothing changes
    /// @param versions which programs they run; the same map as long as nothing changes
    ClusterViews(
            Configuration configuration, Supplier<Set<NodeId>> healthy, Supplier<Map<NodeId, String>> versions) {
        var result = new LinkedHashMap<VirtualStorage, ClusterView.Group>();
        configuration
                .virtualStorages()
                .forEach(s -> result.put(
                        s.name(),
                        new ClusterView.Group(s.storages(), Math.max(0, s.defaultReplicationFactor()))));
        this.groups = Collections.unmodifiableMap(result);
        this.healthy = healthy;
        this.versions = versions;
        this.last = new Known(new ClusterView(groups, Set.of()), Map.of());
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // another set says that something changed; equal ones need no new view
    public ClusterView get() {
        var now = healthy.get();
        var said = versions.get();
        var known = last;
        if (known.view().healthy() != now || known.versions() != said) {
            known = new Known(new ClusterView(groups, now, releases(said)), said);
            last = known;
        }
        return known.view();
    }

    private static Map<NodeId, Release> releases(Map<NodeId, String> versions) {
        var releases = new HashMap<NodeId, Release>();
        versions.forEach((node, version) -> Release.parse(version).ifPresent(r -> releases.put(node, r)));
        return Map.copyOf(releases);
    }
}
