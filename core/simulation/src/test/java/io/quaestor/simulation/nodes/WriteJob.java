package io.quaestor.simulation.nodes;

import io.quaestor.spi.model.ReplicaPath;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What a client wants written, as one node hears of it.
///
/// @param number      the value that references get
/// @param changes     groups of references that change together or not at all, each with the value that it must have
/// @param creation    whether the repository is made
/// @param hooks       whether hooks run, on the primary only, and all nodes wait for them
/// @param preparing   whether nodes say that they are going to lock (19.1)
/// @param transaction its number in the proxy
/// @param primary     whether this node is the primary
public record WriteJob(
        int number,
        ReplicaPath path,
        List<Map<String, Integer>> changes,
        boolean creation,
        boolean hooks,
        boolean preparing,
        long transaction,
        boolean primary) {

    /// The value that a reference must have; zero if it must not be there.
    static boolean fits(Map<String, Integer> wanted, Map<String, Integer> present) {
        return wanted.entrySet().stream()
                .allMatch(e -> Objects.equals(e.getValue(), present.getOrDefault(e.getKey(), 0)));
    }
}
