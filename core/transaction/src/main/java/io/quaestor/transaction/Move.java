package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import io.quaestor.transaction.Transaction.Gate;
import io.quaestor.transaction.Transaction.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Works out one event of a transaction on a copy.
final class Move {

    private Electorate electorate;
    private final boolean preparingApart;
    private State state;
    private Gate gate;
    private final Map<StorageName, Standing> standings;
    private Rounds rounds;
    private int permittedRound;
    private final List<Answer> answers = new ArrayList<>();
    private final List<Wait> waits = new ArrayList<>();

    Move(Transaction before) {
        electorate = before.electorate;
        preparingApart = before.preparingApart;
        state = before.state;
        gate = before.gate;
        standings = new LinkedHashMap<>(before.standings);
        rounds = before.rounds;
        permittedRound = before.permittedRound;
    }

    Step cast(Ballot ballot) {
        var voter = ballot.voter();
        var standing = standings.get(voter);
        if (standing == null) {
            return say(voter, new VoteResult.Invalid("invalid node for transaction: \"" + voter + "\""));
        }
        var over = whenOver(standing);
        if (over != null) {
            return say(voter, over);
        }
        if (standing.waits()) {
            return say(voter, new VoteResult.Invalid("node already cast a vote: \"" + voter + "\""));
        }
        standings.put(voter, standing.goesOn());
        if (confirms(standing, ballot)) {
            standings.put(voter, standing.confirmed(ballot.vote()));
            return say(voter, new VoteResult.Commit());
        }
        if (standing.state() == Standing.State.FAILED) {
            return say(voter, new VoteResult.Abort(0, electorate.threshold()));
        }
        if (preparingApart && ballot.phase() == VotePhase.PREPARING) {
            return say(voter, new VoteResult.Commit());
        }
        count(ballot, standing.round());
        return done();
    }

    private @Nullable VoteResult whenOver(Standing standing) {
        return switch (state) {
            case STOPPED -> new VoteResult.Stop();
            case ENDED -> new VoteResult.Cancelled();
            case OPEN -> standing.state() == Standing.State.LEFT ? new VoteResult.Cancelled() : null;
        };
    }

    private static boolean confirms(Standing standing, Ballot ballot) {
        return ballot.phase() == VotePhase.COMMITTED
                && !standing.silently()
                && standing.permitted().filter(ballot.vote()::equals).isPresent();
    }

    private void count(Ballot ballot, int number) {
        var voter = ballot.voter();
        standings.compute(voter, (_, s) -> s.waiting());
        var slot = number == rounds.end() ? open(ballot) : rounds.get(number);
        slot = slot.waitingFor(ballot);
        if (slot.round() instanceof VotingRound.Open open) {
            slot = slot.with(open.cast(voter, ballot.vote()));
        }
        rounds = rounds.with(number, slot);
        settle(number);
    }

    /// A new round, from which those who are gone are missing.
    private Slot open(Ballot first) {
        boolean permits = first.phase().permits(first.vote());
        var slot = Slot.open(permits || permittedRound < 0 ? electorate : among(), permits);
        for (var standing : standings.entrySet()) {
            if (!standing.getValue().isVoting() && slot.round() instanceof VotingRound.Open open) {
                slot = slot.with(open.withdraw(standing.getKey()));
            }
        }
        // with everybody gone but this one, the round may be decided before it votes; then it is judged as a late one
        return slot;
    }

    /// Those who go on.
    private Electorate among() {
        var left = electorate;
        for (var standing : standings.entrySet()) {
            if (!standing.getValue().isVoting()) {
                left = left.without(standing.getKey());
            }
        }
        return left;
    }

    Step leave(StorageName voter, boolean answered) {
        var standing = standings.get(voter);
        if (standing != null && standing.state() != Standing.State.LEFT) {
            depart(voter, answered ? standing.goesOn().left() : standing.left(), new VoteResult.Cancelled());
        }
        return done();
    }

    Step exclude(StorageName voter) {
        var standing = standings.get(voter);
        boolean voted = standing != null && (standing.waits() || standing.round() > 0);
        if (standing == null || voted || electorate.primary().filter(voter::equals).isPresent()) {
            return leave(voter, false);
        }
        standings.remove(voter);
        electorate = electorate.without(voter);
        for (int number = rounds.first(); number < rounds.end(); number++) {
            var slot = rounds.get(number);
            if (slot.round() instanceof VotingRound.Open open) {
                rounds = rounds.with(number, slot.with(open.excluding(voter)));
                settle(number);
            }
        }
        return done();
    }

    Step dismissAbsent(int number) {
        if (number < rounds.first() || number >= rounds.end()) {
            return done();
        }
        for (var voter : List.copyOf(standings.keySet())) {
            var standing = standing(voter);
            boolean voted = standing.round() > number || (standing.round() == number && standing.waits());
            if (standing.isVoting() && !voted) {
                depart(voter, standing.left(), new VoteResult.Cancelled());
            }
        }
        var slot = rounds.get(number);
        if (slot.round() instanceof VotingRound.Open open) {
            rounds = rounds.with(number, slot.with(open.hurry()));
            settle(number);
        }
        return done();
    }

    Step setGate(Gate other) {
        if (gate == Gate.CLOSED || other == Gate.SHUT) {
            gate = other;
        }
        for (int number = rounds.first(); number < rounds.end(); number++) {
            settle(number);
        }
        return done();
    }

    Step end(State reached, VoteResult told) {
        if (state == State.OPEN) {
            state = reached;
        } else if (reached == State.ENDED) {
            state = State.ENDED;
        }
        for (int number = rounds.first(); number < rounds.end(); number++) {
            for (var voter : rounds.get(number).waiting().keySet()) {
                standings.compute(voter, (_, s) -> s.left());
                answers.add(new Answer(voter, told));
            }
            rounds = rounds.with(number, new Slot(rounds.get(number).round(), false, Map.of(), Set.of()));
        }
        return done();
    }

    /// A voter goes: its vote no longer counts where nothing is decided, and others may have waited for it.
    private void depart(StorageName voter, Standing gone, VoteResult told) {
        boolean waited = standing(voter).waits();
        standings.put(voter, gone);
        if (waited) {
            answers.add(new Answer(voter, told));
        }
        for (int number = rounds.first(); number < rounds.end(); number++) {
            var slot = rounds.get(number).without(voter);
            if (slot.round() instanceof VotingRound.Open open && !open.withdrawn().contains(voter)) {
                slot = slot.with(without(slot, open, voter));
            }
            rounds = rounds.with(number, slot);
        }
        for (int number = rounds.first(); number < rounds.end(); number++) {
            settle(number);
        }
    }

    /// Where nothing is changed any more, those who have gone do not stand in the way of the others.
    private VotingRound without(Slot slot, VotingRound.Open open, StorageName voter) {
        return !slot.permits() && permittedRound >= 0 ? open.excluding(voter) : open.withdraw(voter);
    }

    /// Tells those who wait in a round what is known there.
    private void settle(int number) {
        var slot = rounds.get(number);
        switch (slot.round()) {
            case VotingRound.Open open -> announce(number, slot, open);
            case VotingRound.Committed committed -> {
                for (var ballot : slot.waiting().values()) {
                    if (ballot.vote().equals(committed.vote())) {
                        commit(number, ballot);
                    } else {
                        fail(number, ballot.voter(), new VoteResult.Abort(0, committed.needed()));
                    }
                }
            }
            case VotingRound.Failed failed -> {
                for (var voter : slot.waiting().keySet()) {
                    fail(number, voter, new VoteResult.Abort(failed.reached(), failed.needed()));
                }
            }
        }
    }

    private void commit(int number, Ballot ballot) {
        var voter = ballot.voter();
        boolean permission = ballot.phase().permits(ballot.vote());
        if (permission && gate == Gate.CLOSED) {
            return; // stays waiting until permissions may be given
        }
        if (permission && gate == Gate.SHUT) {
            fail(number, voter, new VoteResult.Withheld());
            return;
        }
        if (permission) {
            permittedRound = Math.max(permittedRound, number);
            boolean silent = ballot.phase() != VotePhase.PREPARED;
            standings.compute(voter, (_, s) -> s.permitted(ballot.vote(), silent));
        } else {
            standings.compute(voter, (_, s) -> s.wentOn());
        }
        rounds = rounds.with(number, rounds.get(number).without(voter));
        answers.add(new Answer(voter, new VoteResult.Commit()));
    }

    /// A voter that may not go on is absent in later rounds.
    private void fail(int number, StorageName voter, VoteResult told) {
        rounds = rounds.with(number, rounds.get(number).without(voter));
        if (standing(voter).isVoting()) {
            standings.compute(voter, (_, s) -> s.failed());
            answers.add(new Answer(voter, told));
            for (int later = number + 1; later < rounds.end(); later++) {
                if (rounds.get(later).round() instanceof VotingRound.Open open
                        && !open.withdrawn().contains(voter)) {
                    rounds = rounds.with(later, rounds.get(later).with(without(rounds.get(later), open, voter)));
                    settle(later);
                }
            }
        }
    }

    private void announce(int number, Slot slot, VotingRound.Open open) {
        Wait.Reason reason;
        if (open.hasQuorum()) {
            reason = Wait.Reason.QUORUM_REACHED;
        } else if (electorate.primary().filter(open.votes()::containsKey).isPresent()) {
            reason = Wait.Reason.PRIMARY_WAITS;
        } else {
            return;
        }
        announce(number, slot, reason);
    }

    private void announce(int number, Slot slot, Wait.Reason reason) {
        if (!slot.announced().contains(reason)) {
            rounds = rounds.with(number, slot.announcing(reason));
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
        for (int number = rounds.first(); number < rounds.end(); number++) {
            var slot = rounds.get(number);
            if (slot.round() instanceof VotingRound.Committed && anyAbsent(number)) {
                announce(number, slot, Wait.Reason.QUORUM_REACHED);
            }
        }
        int first = rounds.end();
        for (var standing : standings.values()) {
            if (standing.isVoting()) {
                first = Math.min(first, standing.round());
            }
        }
        return new Step(
                new Transaction(
                        electorate, preparingApart, state, gate, standings, rounds.from(first), permittedRound),
                answers,
                waits);
    }

    private boolean anyAbsent(int number) {
        return standings.values().stream()
                .anyMatch(s -> s.isVoting() && (s.round() < number || (s.round() == number && !s.waits())));
    }
}
