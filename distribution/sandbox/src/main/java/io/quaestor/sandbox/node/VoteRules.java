package io.quaestor.sandbox.node;

import java.time.Duration;

/// How a node votes.
///
/// @param limit         longest time for one vote
/// @param delay         every vote is cast so much later than it could be; for tests of faults
/// @param rejectsPushes whether the hook that asks GitLab refuses every push; for tests of faults
public record VoteRules(Duration limit, Duration delay, boolean rejectsPushes) {

    public VoteRules {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a vote needs time: " + limit);
        }
        if (delay.isNegative()) {
            throw new IllegalArgumentException("a vote cannot be cast earlier: " + delay);
        }
    }

    /// As Gitaly: five minutes (RT 4.4).
    public static VoteRules standard() {
        return new VoteRules(Duration.ofMinutes(5), Duration.ZERO, false);
    }

    public VoteRules withLimit(Duration changed) {
        return new VoteRules(changed, delay, rejectsPushes);
    }

    public VoteRules withDelay(Duration changed) {
        return new VoteRules(limit, changed, rejectsPushes);
    }

    public VoteRules rejectingPushes(boolean changed) {
        return new VoteRules(limit, delay, changed);
    }
}
