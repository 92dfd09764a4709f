package io.quaestor.coordinator;

import io.quaestor.spi.model.VirtualStorage;
import java.util.Set;

/// The settings of a test: the default ones, and what it says.
record Settings(Set<VirtualStorage> serialized, boolean votesOnPublicPort) {

    static final Settings DEFAULT = new Settings(Set.of(), false);

    Settings withVotesOnPublicPort() {
        return new Settings(serialized, true);
    }

    Settings withWritesInTurn() {
        return new Settings(Set.of(ProxyFixture.DEFAULT), votesOnPublicPort);
    }

    TransactionSettings build() {
        var usual = TransactionSettings.DEFAULT;
        return new TransactionSettings(
                usual.lease(),
                usual.grace(),
                usual.voteLimit(),
                usual.nodeVoteLimit(),
                usual.returnDelay(),
                usual.readLimit(),
                usual.turnLimit(),
                serialized,
                votesOnPublicPort);
    }
}
