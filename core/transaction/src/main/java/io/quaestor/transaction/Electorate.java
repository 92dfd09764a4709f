package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who votes, with which weight, and how much weight is a quorum.
///
/// @param primary   without whom there is no quorum; empty in an electorate of equals
/// @param weights   of each voter, none negative
/// @param threshold more than half of all weights, and not more than all of them
public record Electorate(Optional<StorageName> primary, Map<StorageName, Integer> weights, int threshold) {

    /// @throws IllegalArgumentException with Praefect's text, if these cannot vote (RT 4.3)
    public Electorate {
        if (weights.isEmpty()) {
            throw new IllegalArgumentException("transaction requires at least one node");
        }
        long total = weights.values().stream().mapToLong(Integer::longValue).sum();
        if (threshold > total || 2L * threshold <= total) {
            throw new IllegalArgumentException("transaction has invalid threshold");
        }
        weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    }

    /// Those of a write: the primary outweighs all secondaries together, and more than one secondary must be half in
    /// favour (RT 4.3).
    public static Electorate of(StorageName primary, List<StorageName> secondaries) {
        int heavy = secondaries.size() + 1;
        var weights = new LinkedHashMap<StorageName, Integer>();
        weights.put(primary, heavy); // heavier than all secondaries together: no quorum without the primary
        for (var secondary : secondaries) {
            if (weights.put(secondary, 1) != null) {
                throw new IllegalArgumentException("transactions cannot have duplicate nodes");
            }
        }
        return new Electorate(Optional.of(primary), weights, threshold(heavy, secondaries.size()));
    }

    /// The others, without a voter who cannot vote. Weights stay as they are.
    ///
    /// @return this, if there is no such voter, or it is the only one
    Electorate without(StorageName voter) {
        if (!weights.containsKey(voter) || weights.size() == 1) {
            return this;
        }
        var left = new LinkedHashMap<>(weights);
        left.remove(voter);
        var heavy = primary.filter(p -> !p.equals(voter)).map(left::get);
        int total = left.values().stream().mapToInt(Integer::intValue).sum();
        int needed = heavy.map(h -> threshold(h, left.size() - 1)).orElse(total / 2 + 1);
        return new Electorate(primary.filter(p -> !p.equals(voter)), left, Math.min(needed, Math.max(total, 1)));
    }

    private static int threshold(int heavy, int secondaries) {
        return secondaries > 1 ? heavy + (secondaries + 1) / 2 : heavy;
    }
}
