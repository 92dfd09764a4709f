package io.quaestor.simulation.nodes;

import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.VoteReceiver;
import io.quaestor.coordinator.VoteReceiver.CastVote;
import io.quaestor.coordinator.VoteReceiver.VoteReply;
import io.quaestor.simulation.network.Connection;
import io.quaestor.simulation.network.Peer;
import io.quaestor.transaction.VotePhase;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Casts the votes of one call, one after another, over the connection on which the call came.
final class Voter {

    private static final byte[] ZERO = new byte[20];

    private final Node node;
    private final Connection connection;
    private final VoteReceiver proxy;
    private final long transaction;
    private @Nullable Pending pending;

    Voter(Node node, Connection connection, VoteReceiver proxy, long transaction) {
        this.node = node;
        this.connection = connection;
        this.proxy = proxy;
        this.transaction = transaction;
    }

    /// What came of a vote, as far as the node knows.
    enum Verdict {
        COMMIT,
        ABORT,
        STOP,
        FAILED
    }

    void cast(VotePhase phase, String what, Consumer<Verdict> then) {
        boolean other = phase == VotePhase.PREPARED && node.temper().votesDifferently();
        cast(phase, hash(other ? what + " of " + node : what), then);
    }

    void castZero(Consumer<Verdict> then) {
        cast(VotePhase.COMMITTED, ZERO, then);
    }

    private void cast(VotePhase phase, byte[] hash, Consumer<Verdict> then) {
        var vote = new CastVote(transaction, node.id().storage().value(), hash, phase);
        var made = new Pending(verdict -> {
            node.scheduler().trace(node + " is told " + verdict + " to " + phase + " in " + transaction);
            then.accept(verdict);
        });
        pending = made;
        node.scheduler().trace(node + " votes " + phase + " in " + transaction);
        connection.toProxy(() -> made.takenBackBy(proxy.vote(Optional.of(node.id()), vote, made)));
        node.scheduler().after(node.temper().voteLimit(), node.process(), () -> {
            if (pending == made) {
                pending = null;
                made.takeBack();
                made.then.accept(Verdict.FAILED);
            }
        });
    }

    /// The hooks refuse the change.
    void stop(Consumer<Verdict> then) {
        var made = new Pending(then);
        pending = made;
        connection.toProxy(() -> proxy.stop(Optional.of(node.id()), transaction, made));
    }

    /// Nobody waits for the answer any more.
    void forget() {
        var old = pending;
        pending = null;
        if (old != null) {
            old.takeBack();
        }
    }

    /// One vote, at both ends.
    private final class Pending implements VoteReply, Peer {

        private final Consumer<Verdict> then;
        private boolean answered;
        private @Nullable Runnable back;

        Pending(Consumer<Verdict> then) {
            this.then = then;
        }

        /// At the proxy.
        void takenBackBy(Runnable takeBack) {
            back = takeBack;
            if (!answered) {
                connection.joinAtProxy(this);
            }
        }

        /// From the node.
        void takeBack() {
            connection.toProxy(this::connectionLost);
        }

        /// At the proxy.
        @Override
        public void connectionLost() {
            connection.leaveAtProxy(this);
            if (!answered && back != null) {
                back.run();
            }
        }

        @Override
        public void committed() {
            reply(Verdict.COMMIT);
        }

        @Override
        public void aborted() {
            reply(Verdict.ABORT);
        }

        @Override
        public void stopped() {
            reply(Verdict.STOP);
        }

        @Override
        public void failed(Failure failure) {
            reply(Verdict.FAILED);
        }

        private void reply(Verdict verdict) {
            if (answered) {
                throw new AssertionError("a vote of " + node + " is answered twice");
            }
            answered = true;
            connection.leaveAtProxy(this);
            connection.toNode(() -> {
                if (pending == this) {
                    pending = null;
                    then.accept(verdict);
                }
            });
        }
    }

    static byte[] hash(String what) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(what.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-1", e);
        }
    }
}
