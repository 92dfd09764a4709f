package io.quaestor.runtime.config;

import io.quaestor.coordinator.TransactionSettings;
import io.quaestor.runtime.go.GoDuration;
import io.quaestor.spi.model.VirtualStorage;
import java.time.Duration;
import java.util.Set;

/// Interprets `[transactions]`, which is ours: how writes that are voted on behave. Praefect knows no such table.
final class TransactionsReader {

    /// A lease is renewed five times while it lasts, and a database may need some hundred milliseconds.
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    private final Section section;

    TransactionsReader(Section section) {
        this.section = section;
    }

    /// @param serialized virtual storages in which writes to one repository come one after another
    TransactionSettings read(Set<VirtualStorage> serialized) {
        var usual = TransactionSettings.DEFAULT;
        var lease = section.duration("lease", usual.lease());
        if (lease.compareTo(SHORTEST_LEASE) < 0) {
            section.wrong(
                    "lease",
                    "not in range: " + GoDuration.format(lease) + " is not greater than or equal to "
                            + GoDuration.format(SHORTEST_LEASE));
        }
        var result = new TransactionSettings(
                lease,
                notNegative("grace", usual.grace()),
                notNegative("vote_limit", usual.voteLimit()),
                notNegative("node_vote_limit", usual.nodeVoteLimit()),
                notNegative("return_delay", usual.returnDelay()),
                notNegative("read_limit", usual.readLimit()),
                notNegative("turn_limit", usual.turnLimit()),
                serialized,
                section.truth("votes_on_public_port", usual.votesOnPublicPort()));
        section.warnOfUnknownKeys();
        return result;
    }

    private Duration notNegative(String key, Duration usual) {
        return ConfigurationReader.notNegative(section, key, usual);
    }
}
