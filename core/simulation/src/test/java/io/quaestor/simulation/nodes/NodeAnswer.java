package io.quaestor.simulation.nodes;

import io.quaestor.coordinator.StatusCode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// How a node ends a call.
///
/// @param seen    what a read saw: the values of references; empty for other calls
/// @param changed the references that a write changed; empty for other calls
public record NodeAnswer(StatusCode status, String text, Map<String, Integer> seen, Set<String> changed) {

    static final String CHANGED = "a reference has changed";
    static final String LOCKED = "a reference is locked";

    /// What a node says when a hook has refused everything.
    public static final String HOOK_REFUSED = "a hook refused";

    /// What a node says before it has voted for a change.
    public static final Set<String> REJECTIONS = Set.of(CHANGED, LOCKED);

    public static NodeAnswer failed(StatusCode status, String text) {
        return new NodeAnswer(status, text, Map.of(), Set.of());
    }

    static NodeAnswer seen(Map<String, Integer> references) {
        return new NodeAnswer(StatusCode.OK, "", new TreeMap<>(references), Set.of());
    }

    static NodeAnswer changed(Set<String> references) {
        return new NodeAnswer(StatusCode.OK, "", Map.of(), new TreeSet<>(references));
    }
}
