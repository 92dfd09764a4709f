package io.quaestor.simulation.faults;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// Counts what went wrong.
public final class FaultLog {

    private final Map<FaultKind, Integer> counts = new EnumMap<>(FaultKind.class);

    public void happened(FaultKind kind) {
        counts.merge(kind, 1, Integer::sum);
    }

    /// How often each kind happened; those that did not are missing.
    public Map<FaultKind, Integer> counts() {
        return Collections.unmodifiableMap(counts);
    }
}
