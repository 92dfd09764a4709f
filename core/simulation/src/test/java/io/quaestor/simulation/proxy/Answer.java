package io.quaestor.simulation.proxy;

import io.quaestor.coordinator.StatusCode;
import java.util.Map;
import java.util.Set;

/// What a client is told.
///
/// @param seen    the values that a read saw; empty for other calls
/// @param changed the references that a write says it changed; empty for other calls
public record Answer(StatusCode code, String text, Map<String, Integer> seen, Set<String> changed) {

    static Answer of(StatusCode code, String text) {
        return new Answer(code, text, Map.of(), Set.of());
    }

    public boolean isOk() {
        return code == StatusCode.OK;
    }

    @Override
    public String toString() {
        return code + (text.isEmpty() ? "" : " " + text) + (seen.isEmpty() ? "" : " " + seen)
                + (changed.isEmpty() ? "" : " " + changed);
    }
}
