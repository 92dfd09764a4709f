package io.quaestor.simulation.nodes;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.faults.FaultKind;
import io.quaestor.simulation.faults.FaultLog;
import java.time.Duration;

/// How nodes misbehave while they live: they are late, fail in the middle, vote for something else.
public final class Temper {

    private static final double SELDOM = 0.7;

    private final Chance chance;
    private final FaultLog faults;
    private final Duration voteLimit;
    private boolean calm;

    /// @param voteLimit how long a node waits for the answer to a vote
    public Temper(Chance chance, FaultLog faults, Duration voteLimit) {
        this.chance = chance;
        this.faults = faults;
        this.voteLimit = voteLimit;
    }

    /// From now on nothing goes wrong.
    public void calmDown() {
        calm = true;
    }

    Duration voteLimit() {
        return voteLimit;
    }

    Chance chance() {
        return chance;
    }

    /// How long the next step takes.
    Duration pause() {
        return happens(0.3, FaultKind.NODE_IS_LATE) ? chance.millis(500, 20_000) : chance.millis(0, 10);
    }

    /// How long a change takes that was permitted. Nobody can know that a node has stopped to write, if not after a time
    /// that is long for it, and short for everybody else.
    Duration writing() {
        return chance.millis(0, 10);
    }

    boolean failsBefore() {
        return happens(SELDOM, FaultKind.NODE_FAILS_BEFORE_WRITING);
    }

    boolean failsInstead() {
        return happens(SELDOM, FaultKind.NODE_FAILS_INSTEAD_OF_WRITING);
    }

    boolean failsAfter() {
        return happens(SELDOM, FaultKind.NODE_FAILS_AFTER_WRITING);
    }

    boolean votesDifferently() {
        return happens(SELDOM, FaultKind.NODE_VOTES_DIFFERENTLY);
    }

    boolean hookRefuses() {
        return happens(2, FaultKind.HOOK_REFUSES);
    }

    boolean copyFails() {
        return happens(3, FaultKind.COPY_FAILS);
    }

    private boolean happens(double percent, FaultKind kind) {
        boolean happens = !calm && chance.percent(percent);
        if (happens) {
            faults.happened(kind);
        }
        return happens;
    }
}
