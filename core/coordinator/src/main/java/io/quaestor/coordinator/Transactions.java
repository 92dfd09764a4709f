package io.quaestor.coordinator;

import io.quaestor.spi.model.NodeId;
import io.quaestor.transaction.Vote;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The transactions of this proxy that are open, by the numbers that nodes know.
///
/// A vote counts only if it comes over the connection of the node that it names (RT 11.15).
///
/// **Threads:** any. **Blocking:** never.
final class Transactions implements VoteReceiver {

    private final Map<Long, OpenTransaction> open = new ConcurrentHashMap<>();
    private final AtomicLong last;
    private final boolean trusting;
    private final TransactionMeters meters;

    /// @param first    numbers begin somewhere else in each life of a proxy, so that a late vote of an earlier one finds
    ///                 nothing; Praefect begins with one (RT 4.3)
    /// @param trusting whether votes count that come from anywhere, under the name that they carry
    Transactions(long first, boolean trusting, TransactionMeters meters) {
        this.last = new AtomicLong(first >>> 2); // positive, and far from the end
        this.trusting = trusting;
        this.meters = meters;
    }

    long nextNumber() {
        return last.incrementAndGet();
    }

    void add(OpenTransaction transaction) {
        open.put(transaction.number(), transaction);
    }

    void remove(OpenTransaction transaction) {
        open.remove(transaction.number());
    }

    /// How many are open.
    int count() {
        return open.size();
    }

    @Override
    public Runnable vote(Optional<NodeId> from, CastVote cast, VoteReply reply) {
        Vote vote;
        try {
            vote = Vote.of(cast.hash());
        } catch (IllegalArgumentException e) {
            reply.failed(new Failure(
                    StatusCode.INVALID_ARGUMENT, "invalid reference update hash: " + e.getMessage()));
            return Transactions::nothing;
        }
        meters.started();
        var transaction = open.get(cast.transaction());
        if (transaction == null) {
            meters.invalid();
            reply.failed(unknown(cast.transaction()));
            return Transactions::nothing;
        }
        var voter = transaction.voter(cast.node());
        if (voter.isEmpty() || !mayActFor(from, voter.get())) {
            meters.invalid();
            reply.failed(invalidNode(cast.node()));
            return Transactions::nothing;
        }
        return transaction.vote(voter.get().storage(), vote, cast.phase(), reply);
    }

    @Override
    public void stop(Optional<NodeId> from, long number, VoteReply reply) {
        var transaction = open.get(number);
        if (transaction == null) {
            meters.invalid();
            reply.failed(unknown(number));
        } else if (!mayActFor(from, transaction.primary())) {
            meters.invalid();
            reply.failed(invalidNode(from.map(n -> n.storage().value()).orElse("")));
        } else {
            meters.stopped();
            transaction.stop(reply);
        }
    }

    private static void nothing() {}

    private boolean mayActFor(Optional<NodeId> from, NodeId node) {
        return from.map(node::equals).orElse(trusting);
    }

    private static Failure unknown(long number) {
        return new Failure(
                StatusCode.NOT_FOUND, "transaction not found: " + Long.toUnsignedString(number));
    }

    private static Failure invalidNode(String node) {
        return new Failure(StatusCode.INTERNAL, "invalid node for transaction: \"" + node + "\"");
    }
}
