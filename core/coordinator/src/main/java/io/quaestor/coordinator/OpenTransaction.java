package io.quaestor.coordinator;

import io.quaestor.coordinator.VoteReceiver.VoteReply;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.transaction.Answer;
import io.quaestor.transaction.Ballot;
import io.quaestor.transaction.Step;
import io.quaestor.transaction.Transaction;
import io.quaestor.transaction.Vote;
import io.quaestor.transaction.VotePhase;
import io.quaestor.transaction.VoteResult;
import io.quaestor.transaction.Wait;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One transaction while its call lasts: takes events to its home, the event loop of the call, works them out as steps of
/// a [Transaction], and tells the voters.
///
/// **Threads:** [#vote] and [#stop] any; all else the home loop. **Blocking:** never; a vote that waits is an answer that
/// is not yet given.
final class OpenTransaction {

    private final long number;
    private final Exchange home;
    private final WritingParts parts;
    private final Map<StorageName, NodeId> nodes;
    private final NodeId primary;
    private final Observer observer;
    private final Patience patience;
    private final Map<StorageName, Waiting> waiting = new HashMap<>();
    private Transaction transaction;
    private @Nullable Intent intent;
    private String withheld = "nobody would know of the write if the proxy died now";
    private @Nullable Held held;
    private boolean askedBeforeLocks;
    private boolean forbidden;

    /// What whoever opened it wants to hear. On the home loop.
    interface Observer {

        /// A permission will be due, or is; it waits for [OpenTransaction#allow] or [OpenTransaction#forbid]. Called again
        /// and again until then.
        void wantsPermission();

        /// Something happened: look at [OpenTransaction#state]. Nobody was told of it yet.
        void stepped();

        /// A node was given up, because its vote did not come in time.
        void dismissed(NodeId node);

        /// The primary's hooks have allowed the change, if there are any; nodes wait for each other, and lock things next.
        /// Called once.
        ///
        /// @return whether all are kept waiting until [OpenTransaction#goOn]
        boolean beforeLocks();
    }

    /// A vote of the primary that is not yet cast.
    private record Held(Ballot ballot, Waiting voter) {}

    private record Waiting(VoteReply reply, long sinceNanos) {}

    OpenTransaction(
            long number,
            Exchange home,
            WritingParts parts,
            List<NodeId> destinations,
            Transaction beginning,
            Observer observer) {
        this.number = number;
        this.home = home;
        this.parts = parts;
        this.primary = destinations.getFirst();
        this.nodes = new LinkedHashMap<>();
        destinations.forEach(node -> nodes.put(node.storage(), node));
        this.transaction = beginning;
        this.observer = observer;
        this.patience = new Patience(home, parts.clock(), this::dismissAbsent);
    }

    long number() {
        return number;
    }

    NodeId primary() {
        return primary;
    }

    /// Which node goes by a name in this transaction.
    Optional<NodeId> voter(String name) {
        return name.isEmpty() ? Optional.empty() : Optional.ofNullable(nodes.get(new StorageName(name)));
    }

    Transaction state() {
        return transaction;
    }

    Runnable vote(StorageName voter, Vote vote, VotePhase phase, VoteReply reply) {
        home.execute(() -> take(new Ballot(voter, vote, phase), new Waiting(reply, parts.clock().nanos())));
        return () -> home.execute(() -> takeBack(voter, reply));
    }

    void stop(VoteReply reply) {
        home.execute(() -> {
            apply(transaction.stop());
            goOn();
            reply.stopped();
        });
    }

    /// Without the primary nobody has a quorum, so all wait if its vote is held.
    private void take(Ballot ballot, Waiting voter) {
        if (held != null && ballot.voter().equals(primary.storage())) {
            tell(voter, new VoteResult.Invalid("node already cast a vote: \"" + ballot.voter() + "\""));
            return;
        }
        boolean beforeLocks = ballot.phase() == VotePhase.SYNCHRONIZED || ballot.phase() == VotePhase.PREPARING;
        if (beforeLocks && !askedBeforeLocks && ballot.voter().equals(primary.storage())) {
            askedBeforeLocks = true;
            if (observer.beforeLocks()) {
                held = new Held(ballot, voter);
                return;
            }
        }
        cast(ballot, voter);
    }

    /// The primary's vote is not held any more.
    void goOn() {
        var vote = held;
        held = null;
        if (vote != null) {
            cast(vote.ballot(), vote.voter());
        }
    }

    private void cast(Ballot ballot, Waiting voter) {
        checkLease();
        boolean asks = ballot.phase() == VotePhase.PREPARED || ballot.phase() == VotePhase.UNKNOWN;
        if (asks && transaction.state() == Transaction.State.OPEN) {
            observer.wantsPermission(); // early, so that it is there when the slowest of a quorum votes
        }
        var step = transaction.cast(ballot);
        reach(step.next());
        boolean answered = false;
        for (var answer : step.answers()) {
            if (answer.voter().equals(ballot.voter())) {
                tell(voter, answer.result());
                answered = true;
            }
        }
        var others = step.answers().stream()
                .filter(a -> !a.voter().equals(ballot.voter()))
                .toList();
        if (!answered) {
            waiting.put(ballot.voter(), voter);
        }
        apply(new Step(step.next(), others, step.waits()));
    }

    /// The call of that node is about to end; with which status, it says itself.
    private void takeBack(StorageName voter, VoteReply reply) {
        var known = waiting.get(voter);
        if (known != null && known.reply().equals(reply)) {
            waiting.remove(voter);
            leave(voter, false);
        } else if (held != null && held.voter().reply().equals(reply)) {
            held = null;
            leave(voter, false);
        }
    }

    /// A node's call has ended, or it is given up.
    void leave(StorageName voter, boolean ok) {
        checkLease();
        apply(transaction.leave(voter, ok));
    }

    /// A node was never reached.
    void exclude(StorageName voter) {
        checkLease();
        apply(transaction.exclude(voter));
    }

    /// Permissions may be given.
    ///
    /// @param opened what says so to others; `null` where nobody keeps intents
    void allow(@Nullable Intent opened) {
        intent = opened;
        checkLease();
        apply(transaction.allow());
    }

    /// No permission may be given any more.
    void forbid(String reason) {
        if (!forbidden) {
            forbidden = true;
            withheld = reason;
            apply(transaction.forbid());
        }
    }

    void end() {
        patience.end();
        apply(transaction.end());
        goOn();
    }

    private void dismissAbsent(int round) {
        checkLease();
        var before = transaction;
        apply(transaction.dismissAbsent(round));
        for (var node : nodes.values()) {
            if (transaction.hasLeft(node.storage()) && !before.hasLeft(node.storage())) {
                observer.dismissed(node);
            }
        }
    }

    /// Without its lease the proxy permits nothing (architecture: write intents, rule 2).
    private void checkLease() {
        if (intent != null && !parts.lease().isHeld(intent.life())) {
            forbid(ProxyLease.OVER);
        }
    }

    /// Whoever watches knows of a permission before a node does (P11).
    private void reach(Transaction next) {
        transaction = next;
        observer.stepped();
    }

    private void apply(Step step) {
        reach(step.next());
        for (Answer answer : step.answers()) {
            var voter = waiting.remove(answer.voter());
            if (voter != null) {
                tell(voter, answer.result());
            }
        }
        for (var wait : step.waits()) {
            patience.begin(wait, limitOf(wait));
        }
        if (transaction.wantsPermission()) {
            observer.wantsPermission();
        }
    }

    private Duration limitOf(Wait wait) {
        return switch (wait.reason()) {
            case QUORUM_REACHED -> parts.settings().grace();
            case PRIMARY_WAITS -> parts.settings().voteLimit();
        };
    }

    private void tell(Waiting voter, VoteResult result) {
        var meters = parts.meters();
        meters.answeredAfter(Duration.ofNanos(parts.clock().nanos() - voter.sinceNanos()));
        var reply = voter.reply();
        switch (result) {
            case VoteResult.Commit _ -> {
                meters.committed();
                reply.committed();
            }
            case VoteResult.Abort _ -> {
                meters.failed();
                reply.aborted();
            }
            case VoteResult.Stop _ -> {
                meters.stopped();
                reply.stopped();
            }
            case VoteResult.Cancelled _ -> {
                meters.cancelled();
                reply.failed(new Failure(StatusCode.CANCELLED, "transaction has been canceled"));
            }
            case VoteResult.Invalid invalid -> {
                meters.invalid();
                reply.failed(new Failure(StatusCode.INTERNAL, invalid.reason()));
            }
            case VoteResult.Withheld _ -> {
                meters.invalid();
                reply.failed(new Failure(StatusCode.UNAVAILABLE, "no permission: " + withheld));
            }
        }
    }
}
