package io.quaestor.faults.cluster;

import java.time.Duration;

/// The limits that proxies and nodes are given, and how long a trial waits for what they promise.
///
/// @param lease         how long a proxy may be silent
/// @param grace         for a secondary once the quorum is reached
/// @param voteLimit     for secondaries after the primary's vote
/// @param nodeVoteLimit how long a node waits for the answer to a vote
/// @param returnDelay   after a proxy is back under its name
/// @param freeze        how long processes are frozen; longer than the lease
/// @param slack         for a machine that has other things to do
/// @param areWritten    whether proxies and nodes are told; else these are their defaults
public record Limits(
        Duration lease,
        Duration grace,
        Duration voteLimit,
        Duration nodeVoteLimit,
        Duration returnDelay,
        Duration freeze,
        Duration slack,
        boolean areWritten) {

    /// The proxies' defaults.
    public static final Limits DEFAULT = new Limits(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(8),
            Duration.ofSeconds(5),
            false);

    /// Short ones, so that faults pass quickly; with more slack, since tests share their machine with others.
    public static final Limits SCALED = new Limits(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofSeconds(10),
            true);

    /// Fail-over takes as long as Praefect's health view: ten seconds without an answer.
    private static final Duration HEALTH_VIEW = Duration.ofSeconds(10);

    /// Until somebody else takes over a copy that a dead proxy had begun.
    private static final Duration ABANDONED_COPY = Duration.ofMinutes(1);

    /// The same for nodes whose limit for votes cannot be set: Gitaly's are five minutes.
    public Limits onGitaly() {
        return new Limits(lease, grace, voteLimit, DEFAULT.nodeVoteLimit, returnDelay, freeze, slack, areWritten);
    }

    /// The longest that a write may take that misses no more than one secondary: the quorum is reached without it.
    public Duration writeWithoutASecondary() {
        return grace.plus(slack);
    }

    /// Until a read is answered after a primary died.
    public Duration readWithoutThePrimary() {
        return slack;
    }

    /// Until a write is answered after a primary died and stays away.
    public Duration election() {
        return HEALTH_VIEW.plus(slack);
    }

    /// Until a write is answered by another proxy after one died or hangs.
    public Duration takeOver() {
        return lease.multipliedBy(2).plus(slack);
    }

    /// Until a write is answered after everything runs again.
    public Duration recovery() {
        return HEALTH_VIEW.plus(returnDelay).plus(lease).plus(slack);
    }

    /// Until all replicas are alike: what is suspect must first be cleared, then copied.
    public Duration convergence() {
        return lease.plus(nodeVoteLimit).plus(returnDelay).plus(HEALTH_VIEW).plus(ABANDONED_COPY);
    }

    /// After which a client gives a write up.
    public Duration patience() {
        return voteLimit.plus(HEALTH_VIEW).plus(slack);
    }

    /// How old a proxy's answer may be that another proxy made old: who could not be told of a change, nor renew its lease,
    /// must notice that.
    public Duration age() {
        return lease.plus(Duration.ofSeconds(1));
    }

    /// For the configuration of the proxies; empty if they have these limits anyway.
    public String tables() {
        return areWritten ? """
                [transactions]
                lease = "%ds"
                grace = "%ds"
                vote_limit = "%ds"
                node_vote_limit = "%ds"
                return_delay = "%ds"
                """.formatted(
                        lease.toSeconds(),
                        grace.toSeconds(),
                        voteLimit.toSeconds(),
                        nodeVoteLimit.toSeconds(),
                        returnDelay.toSeconds()) : "";
    }
}
