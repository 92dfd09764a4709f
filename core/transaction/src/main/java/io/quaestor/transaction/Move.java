package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import io.quaestor.transaction.Transaction.Gate;
import io.quaestor.transaction.Transaction.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Works out one event of a transaction on a copy.
final class Move {

    private Electorate electorate;
    private final boolean preparingApart;
    private State state;
    private Gate gate;
    private final Map<StorageName, Standing> standings;
    private Rounds rounds;
    private boolean roundsAreMine;
    private int permissions;
    private final List<Answer> answers = new ArrayList<>();
    private final List<Wait> waits = new ArrayList<>();

    Move(Transaction before) {
        electorate = before.electorate;
        preparingApart = before.preparingApart;
        state = before.state;
        gate = before.gate;
        standings = new LinkedHashMap<>(before.standings);
        rounds = before.rounds;
        permissions = before.permissions;
    }

    Step cast(Ballot ballot) {
        var voter = ballot.voter();
        var standing = standings.get(voter);
        if (standing == null) {
            return say(voter, new VoteResult.Invalid("invalid node for transaction: \"" + voter + "\""));
        }
        if (standing.waits()) {
            return say(voter, new VoteResult.Invalid("node already cast a vote: \"" + voter + "\""));
        }
        // a change that was made is made, whatever its maker is told
        boolean confirms = standing.isConfirmedBy(ballot);
        move(voter, confirms ? standing.confirming() : standing.goesOn());
        var over = whenOver(standing);
        if (over != null) {
            return say(voter, over);
        }
        if (confirms) {
            return say(voter, new VoteResult.Commit());
        }
        if (standing.state() == Standing.State.FAILED) {
            return say(voter, new VoteResult.Abort(0, electorate.threshold()));
        }
        if (preparingApart && ballot.phase() == VotePhase.PREPARING) {
            return say(voter, new VoteResult.Commit());
        }
        lead(voter);
        count(ballot, standing.round());
        return done();
    }

    /// Takes down where a voter stands. When the primary has made a change, the others may make it.
    private void move(StorageName voter, Standing moved) {
        boolean made = moved.confirmed().length() > standing(voter).confirmed().length();
        standings.put(voter, moved);
        if (made) {
            lead(voter);
        }
    }

    /// Whatever the primary was permitted so far, it has made, or will never say.
    private void lead(StorageName voter) {
        if (electorate.primary().filter(voter::equals).isEmpty()) {
            return;
        }
        int end = Math.min(standing(voter).round(), rounds.end());
        int first = end;
        while (first > rounds.first() && !rounds.get(first - 1).led()) {
            first--; // those before are led already
        }
        for (int number = first; number < end; number++) {
            put(number, rounds.get(number).nowLed());
            settle(number);
        }
    }

    private @Nullable VoteResult whenOver(Standing standing) {
        return switch (state) {
            case STOPPED -> new VoteResult.Stop();
            case ENDED -> new VoteResult.Cancelled();
            case OPEN -> standing.state() == Standing.State.LEFT ? new VoteResult.Cancelled() : null;
        };
    }

    private void count(Ballot ballot, int number) {
        standings.compute(ballot.voter(), (_, s) -> s.waiting());
        var slot = number == rounds.end() ? Slot.open(electorate, gone()) : rounds.get(number);
        put(number, slot.cast(ballot));
        settle(number);
    }

    private Set<StorageName> gone() {
        var gone = new HashSet<StorageName>();
        standings.forEach((voter, standing) -> {
            if (!standing.isVoting()) {
                gone.add(voter);
            }
        });
        return gone;
    }

    Step leave(StorageName voter, boolean ok) {
        var standing = standings.get(voter);
        if (standing == null) {
            return done();
        }
        move(voter, ok ? standing.goesOn() : standing);
        if (standing.state() != Standing.State.LEFT) {
            depart(voter);
            settleFrom(rounds.first());
        }
        return done();
    }

    Step exclude(StorageName voter) {
        var standing = standings.get(voter);
        var fewer = electorate.without(Set.of(voter));
        boolean needed = fewer.equals(electorate) || electorate.primary().filter(voter::equals).isPresent();
        if (standing == null || standing.hasVoted() || needed) {
            return leave(voter, false);
        }
        standings.remove(voter);
        electorate = fewer;
        changeFrom(
                rounds.first(),
                slot -> slot.round() instanceof VotingRound.Open open ? slot.with(open.in(fewer)) : slot);
        settleFrom(rounds.first());
        return done();
    }

    Step dismissAbsent(int number) {
        if (number < rounds.first() || number >= rounds.end()) {
            return done();
        }
        put(number, rounds.get(number).hurry());
        for (var voter : List.copyOf(standings.keySet())) {
            if (standing(voter).isAbsentIn(number)) {
                depart(voter);
            }
        }
        settleFrom(rounds.first());
        return done();
    }

    Step setGate(Gate other) {
        if (gate == Gate.CLOSED || other == Gate.SHUT) {
            gate = other;
        }
        settleFrom(rounds.first());
        return done();
    }

    Step end(State reached, VoteResult told) {
        if (state == State.OPEN || reached == State.ENDED) {
            state = reached;
        }
        changeFrom(rounds.first(), slot -> {
            var open = slot;
            for (var voter : slot.waiting().keySet()) {
                standings.compute(voter, (_, s) -> s.told());
                answers.add(new Answer(voter, told));
                open = open.answered(voter);
            }
            return open;
        });
        return done();
    }

    /// A voter goes: its vote no longer counts where nothing is decided. Others may have waited for it, so the rounds are to
    /// be settled.
    private void depart(StorageName voter) {
        if (standing(voter).waits()) {
            answers.add(new Answer(voter, new VoteResult.Cancelled()));
        }
        standings.compute(voter, (_, s) -> s.left());
        changeFrom(rounds.first(), slot -> slot.withdraw(voter));
    }

    private void put(int number, Slot slot) {
        if (number == rounds.end() || !slot.equals(rounds.get(number))) {
            ownRounds().put(number, slot);
        }
    }

    private void changeFrom(int number, UnaryOperator<Slot> change) {
        ownRounds().changeFrom(number, change);
    }

    private Rounds ownRounds() {
        if (!roundsAreMine) {
            rounds = rounds.copy();
            roundsAreMine = true;
        }
        return rounds;
    }

    private void settleFrom(int first) {
        for (int number = first; number < rounds.end(); number++) {
            settle(number);
        }
    }

    /// Judges a round, and tells those who wait there what is known.
    private void settle(int number) {
        var slot = judged(rounds.get(number));
        put(number, slot);
        switch (slot.round()) {
            case VotingRound.Open open -> announce(number, open);
            case VotingRound.Committed committed -> {
                for (var ballot : slot.waiting().values()) {
                    if (ballot.vote().equals(committed.vote())) {
                        commit(number, ballot, committed);
                    } else {
                        fail(number, ballot.voter(), abort(slot, ballot, committed.needed()));
                    }
                }
                announce(number, Wait.Reason.QUORUM_REACHED);
            }
            case VotingRound.Failed failed -> {
                for (var ballot : slot.waiting().values()) {
                    fail(number, ballot.voter(), abort(slot, ballot, failed.needed()));
                }
            }
        }
    }

    /// A round whose permissions may not be given yet stays open: until then votes may be taken back.
    private Slot judged(Slot slot) {
        if (!(slot.round() instanceof VotingRound.Open before)) {
            return slot;
        }
        var open = before.on(slot.terms(permissions > 0));
        var judged = open.judged();
        boolean held = gate == Gate.CLOSED
                && judged instanceof VotingRound.Committed committed
                && slot.wouldPermit(committed);
        return slot.with(held ? open : judged);
    }

    private VoteResult abort(Slot slot, Ballot ballot, int needed) {
        return new VoteResult.Abort(slot.weightBehind(ballot.vote(), electorate), needed);
    }

    private void commit(int number, Ballot ballot, VotingRound.Committed committed) {
        var voter = ballot.voter();
        boolean permission = ballot.phase().permits(ballot.vote());
        if (permission && gate == Gate.CLOSED) {
            return; // comes late to a round in which nothing was changed so far
        }
        boolean quorate = committed.reached() >= electorate.threshold(); // not so if decided among the rest
        if (permission && (gate == Gate.SHUT || !quorate)) {
            fail(number, voter, new VoteResult.Withheld());
            return;
        }
        if (permission && waitsForPrimary(number, voter)) {
            return; // until it has made the change
        }
        var slot = rounds.get(number).answered(voter);
        if (permission) {
            permissions += slot.permitted() ? 0 : 1;
            slot = slot.nowPermitted();
            boolean silent = ballot.phase() != VotePhase.PREPARED;
            standings.compute(voter, (_, s) -> s.permitted(ballot.vote(), silent));
        } else {
            standings.compute(voter, (_, s) -> s.wentOn());
        }
        put(number, slot);
        answers.add(new Answer(voter, new VoteResult.Commit()));
    }

    /// The primary goes first, so that nobody has what it has not: whoever compares the replicas when the proxy has died
    /// takes the primary's, and nothing that was read anywhere is lost. Where the primary vanished, the others have what
    /// it may have.
    private boolean waitsForPrimary(int number, StorageName voter) {
        var primary = electorate.primary();
        return primary.isPresent()
                && !primary.get().equals(voter)
                && standing(primary.get()).isVoting()
                && !rounds.get(number).led();
    }

    /// A voter that may not go on is absent in later rounds.
    private void fail(int number, StorageName voter, VoteResult told) {
        put(number, rounds.get(number).answered(voter));
        standings.compute(voter, (_, s) -> s.failed());
        answers.add(new Answer(voter, told));
        changeFrom(number + 1, slot -> slot.withdraw(voter));
        settleFrom(number + 1);
    }

    private void announce(int number, VotingRound.Open open) {
        boolean primaryVotes = electorate
                .primary()
                .filter(primary -> standing(primary).isVoting())
                .map(open.votes()::containsKey)
                .orElse(!open.votes().isEmpty());
        if (open.hasQuorum()) {
            announce(number, Wait.Reason.QUORUM_REACHED);
        } else if (primaryVotes) {
            announce(number, Wait.Reason.PRIMARY_WAITS);
        }
    }

    private void announce(int number, Wait.Reason reason) {
        var slot = rounds.get(number);
        boolean anybody = state == State.OPEN && !slot.announced().contains(reason);
        if (anybody && standings.values().stream().anyMatch(s -> s.isAbsentIn(number))) {
            put(number, slot.announcing(reason));
            waits.add(new Wait(number, reason));
        }
    }

    private Standing standing(StorageName voter) {
        return Objects.requireNonNull(standings.get(voter), "takes no part");
    }

    private Step say(StorageName voter, VoteResult result) {
        answers.add(new Answer(voter, result));
        return done();
    }

    private Step done() {
        int first = rounds.end();
        for (var standing : standings.values()) {
            if (standing.isVoting()) {
                first = Math.min(first, standing.round());
            }
        }
        var kept = rounds.from(first);
        var next = new Transaction(electorate, preparingApart, state, gate, standings, kept, permissions);
        return new Step(next, answers, waits);
    }
}
