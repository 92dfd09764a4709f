package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What became of a write at its nodes, as far as it is known.
///
/// @param primary      who was asked first
/// @param ends         how the call ended at each node that was asked, the primary's first
/// @param lagging      who was outdated or not reached, and was not asked
/// @param transaction  how they voted; empty if the write is not voted on
/// @param outsideVotes whether nodes may write without a permission
/// @param endsAlike    whether nodes that did the same also say the same in the end; not where hooks run on the primary only
/// @param creation     whether the repository did not exist before
public record WriteAttempt(
        StorageName primary,
        Map<StorageName, NodeEnd> ends,
        List<StorageName> lagging,
        Optional<Transaction> transaction,
        boolean outsideVotes,
        boolean endsAlike,
        boolean creation) {

    public WriteAttempt {
        if (!ends.containsKey(primary)) {
            throw new IllegalArgumentException("the primary has no end: " + primary);
        }
        ends = Collections.unmodifiableMap(new LinkedHashMap<>(ends));
        lagging = List.copyOf(lagging);
    }

    NodeEnd end(StorageName node) {
        var end = ends.get(node);
        if (end == null) {
            throw new IllegalArgumentException("was not asked: " + node);
        }
        return end;
    }

    /// What a node has confirmed; nothing where nodes do not vote.
    Confirmations confirmed(StorageName node) {
        return transaction.map(t -> t.confirmed(node)).orElse(Confirmations.NONE);
    }

    boolean isPermitted() {
        return transaction.filter(Transaction::isPermitted).isPresent();
    }
}
