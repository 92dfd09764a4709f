package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The votes of one write: an ordered list of rounds, of which a node's n-th vote belongs to the n-th (RT 4).
///
/// ```text
///  Open ──stop──▶ Stopped     whoever waits or votes later is told STOP
///    └────end───▶ Ended       whoever waits or votes later is told that it is cancelled
/// ```
///
/// A *permission* is COMMIT to a vote after which the node changes something. None is given before [#allow], and none
/// after [#forbid]; votes may be taken back until one is. A node *confirms* a change by casting a COMMITTED vote with the
/// same bytes; it is answered at once, because the change is made whatever the others say.
///
/// A node that left, or may not go on because it disagreed, counts as absent in every round that is not decided. Where
/// nothing is changed by a round, and something was permitted before, those who are left decide among themselves, so that
/// a change that was made is not reported as failed for the sake of nodes that have gone.
///
/// The primary is permitted first; the others when it has confirmed, or has vanished. So nobody ever has a change that
/// the primary lives without.
///
/// A transaction is a value: it has no lock, no clock and no thread. Whoever holds it serialises the events.
public final class Transaction {

    /// Whether votes are taken.
    public enum State {
        OPEN,
        STOPPED,
        ENDED
    }

    /// Whether permissions may be given.
    enum Gate {
        CLOSED,
        OPEN,
        SHUT
    }

    final Electorate electorate;
    final boolean preparingApart;
    final State state;
    final Gate gate;
    final Map<StorageName, Standing> standings;
    final Rounds rounds;

    /// In how many rounds permissions were given.
    final int permissions;

    Transaction(
            Electorate electorate,
            boolean preparingApart,
            State state,
            Gate gate,
            Map<StorageName, Standing> standings,
            Rounds rounds,
            int permissions) {
        this.electorate = electorate;
        this.preparingApart = preparingApart;
        this.state = state;
        this.gate = gate;
        this.standings = standings;
        this.rounds = rounds;
        this.permissions = permissions;
    }

    /// A transaction in which nobody has voted.
    ///
    /// @param preparingApart whether PREPARING votes are answered at once and are no rounds, because not all voters cast
    ///                       them (D19 7.3)
    public static Transaction begin(Electorate electorate, boolean preparingApart) {
        var standings = new LinkedHashMap<StorageName, Standing>();
        electorate.weights().keySet().forEach(voter -> standings.put(voter, Standing.BEGINNING));
        return new Transaction(
                electorate, preparingApart, State.OPEN, Gate.CLOSED, standings, Rounds.NONE, 0);
    }

    /// A node votes.
    public Step cast(Ballot ballot) {
        return new Move(this).cast(ballot);
    }

    /// A node's call has ended, its vote was taken back, or nobody waits for it any more.
    ///
    /// @param ok whether the node ended its call with OK, which confirms a change that has no vote afterwards
    public Step leave(StorageName voter, boolean ok) {
        return new Move(this).leave(voter, ok);
    }

    /// A node was never reached, so it is as if it had not been asked. One that has voted leaves.
    public Step exclude(StorageName voter) {
        return new Move(this).exclude(voter);
    }

    /// Whoever has not voted in a round leaves, and a quorum of one waits for nobody there.
    public Step dismissAbsent(int round) {
        return new Move(this).dismissAbsent(round);
    }

    /// Permissions may be given from now on: a record of the write will be found whatever dies.
    public Step allow() {
        return new Move(this).setGate(Gate.OPEN);
    }

    /// No permission is given any more. Those that were given stay.
    public Step forbid() {
        return new Move(this).setGate(Gate.SHUT);
    }

    /// The primary's hooks refused the change.
    public Step stop() {
        return new Move(this).end(State.STOPPED, new VoteResult.Stop());
    }

    /// The call is over.
    public Step end() {
        return new Move(this).end(State.ENDED, new VoteResult.Cancelled());
    }

    public State state() {
        return state;
    }

    /// Whether any node was permitted to change something.
    public boolean isPermitted() {
        return permissions > 0;
    }

    /// Whether a permission is due as soon as it may be given.
    public boolean wantsPermission() {
        return gate == Gate.CLOSED && rounds.any(Slot::holdsPermission);
    }

    /// Who has left: its call has ended, or nobody waits for it any more.
    public boolean hasLeft(StorageName voter) {
        var standing = standings.get(voter);
        return standing != null && standing.state() == Standing.State.LEFT;
    }

    /// Whether a node was permitted a change and has not confirmed it: it may be writing.
    public boolean mayBeWriting(StorageName voter) {
        var standing = standings.get(voter);
        return standing != null && standing.mayBeWriting();
    }

    /// What a node has confirmed; nothing for one that does not take part.
    public Confirmations confirmed(StorageName voter) {
        var standing = standings.get(voter);
        return standing == null ? Confirmations.NONE : standing.confirmed();
    }

    /// Nodes that have confirmed all that was permitted to anybody so far: a read there sees the newest state.
    public Set<StorageName> current() {
        var current = new LinkedHashSet<StorageName>();
        standings.forEach((voter, standing) -> {
            // whatever it has confirmed was permitted in one round each, so that as many are the same
            if (standing.confirmed().length() == permissions && !standing.mayBeWriting()) {
                current.add(voter);
            }
        });
        return current;
    }

    /// How many rounds there were.
    public int roundCount() {
        return rounds.end();
    }

    /// How a node stands in the last round, in Praefect's words, for logs: `undecided`, `committed`, `failed`, `stopped` or
    /// `canceled`.
    public Optional<String> describe(StorageName voter) {
        return Optional.ofNullable(standings.get(voter)).map(this::describe);
    }

    private String describe(Standing standing) {
        if (rounds.end() > 0 && standing.round() == rounds.end()) {
            return "committed";
        }
        return switch (standing.state()) {
            case FAILED -> "failed";
            case LEFT -> "canceled";
            case VOTING ->
                switch (state) {
                    case OPEN -> "undecided";
                    case STOPPED -> "stopped";
                    case ENDED -> "canceled";
                };
        };
    }

    @Override
    public String toString() {
        return "transaction " + state + " of " + List.copyOf(standings.keySet()) + " in round " + rounds.end();
    }
}
