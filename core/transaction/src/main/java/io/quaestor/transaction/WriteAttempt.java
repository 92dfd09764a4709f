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
/// @param outsideVotes whether nodes may write without a permission; they may where they do not vote
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
        outsideVotes = outsideVotes || transaction.isEmpty();
    }

    NodeEnd end(StorageName node) {
        var end = ends.get(node);
        if (end == null) {
            throw new IllegalArgumentException("was not asked: " + node);
        }
        return end;
    }

    boolean isReached(StorageName node) {
        return end(node).kind() != NodeEnd.Kind.NOT_REACHED;
    }

    /// What a node has confirmed; nothing where nodes do not vote.
    Confirmations confirmed(StorageName node) {
        return transaction.map(t -> t.confirmed(node)).orElse(Confirmations.NONE);
    }

    boolean isPermitted() {
        return transaction.filter(Transaction::isPermitted).isPresent();
    }

    /// Whether it is known what a node has written: nothing but what it has confirmed, and what nodes write without votes
    /// before they end a call.
    boolean isKnown(StorageName node) {
        boolean cutOff = outsideVotes && end(node).kind() == NodeEnd.Kind.VANISHED;
        return !cutOff && transaction.filter(t -> t.mayBeWriting(node)).isEmpty();
    }

    /// Whether two nodes have written the same, as far as it is known.
    boolean isSame(StorageName one, StorageName other) {
        return isKnown(one)
                && isKnown(other)
                && confirmed(one).equals(confirmed(other))
                && (!outsideVotes || isReached(one) == isReached(other));
    }
}
