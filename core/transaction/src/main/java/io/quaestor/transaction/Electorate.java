package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
        weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
        long total = total(weights);
        if (threshold > total || 2L * threshold <= total) {
            throw new IllegalArgumentException("transaction has invalid threshold");
        }
        if (primary.isPresent() && total - weights.getOrDefault(primary.get(), 0) >= threshold) {
            throw new IllegalArgumentException("there is a quorum without the primary: " + primary.get());
        }
    }

    /// Those of a write: the primary outweighs all secondaries together, and of more than one secondary half must be in
    /// favour (RT 4.3).
    public static Electorate of(StorageName primary, List<StorageName> secondaries) {
        int heavy = secondaries.size() + 1; // heavier than all secondaries together: no quorum without the primary
        var weights = new LinkedHashMap<StorageName, Integer>();
        weights.put(primary, heavy);
        for (var secondary : secondaries) {
            if (weights.put(secondary, 1) != null) {
                throw new IllegalArgumentException("transactions cannot have duplicate nodes");
            }
        }
        return new Electorate(Optional.of(primary), weights, threshold(heavy, secondaries.size()));
    }

    /// Those who are left when some cannot vote. Their weights stay as they are; half of the secondaries that are left must
    /// be in favour, or more than half of the weight where the primary is gone.
    ///
    /// @return this, if nobody is gone, or nobody with a weight is left
    Electorate without(Set<StorageName> gone) {
        var left = new LinkedHashMap<>(weights);
        left.keySet().removeAll(gone);
        int total = (int) total(left);
        if (left.size() == weights.size() || total == 0) {
            return this;
        }
        var still = primary.filter(left::containsKey);
        int majority = total / 2 + 1;
        int needed = still.map(p -> threshold(left.getOrDefault(p, 0), left.size() - 1)).orElse(majority);
        return new Electorate(still, left, Math.clamp(needed, majority, total));
    }

    int weight(StorageName voter) {
        return weights.getOrDefault(voter, 0);
    }

    private static int threshold(int heavy, int secondaries) {
        return secondaries > 1 ? heavy + (secondaries + 1) / 2 : heavy;
    }

    private static long total(Map<StorageName, Integer> weights) {
        long total = 0;
        for (int weight : weights.values()) {
            if (weight < 0) {
                throw new IllegalArgumentException("weight is negative: " + weight);
            }
            total += weight;
        }
        if (total > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("weights are too large: " + total);
        }
        return total;
    }
}
